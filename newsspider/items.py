"""The items of the feeds, under the name that other programs import."""

from newsspider.record.body import Audio as Audio
from newsspider.record.body import BodyBlock as BodyBlock
from newsspider.record.body import Image as Image
from newsspider.record.body import ImageCredit as ImageCredit
from newsspider.record.body import Video as Video
from newsspider.record.events import Altered as Altered
from newsspider.record.events import Event as Event
from newsspider.record.items import Article as Article
from newsspider.record.items import Channel as Channel
from newsspider.record.items import Charset as Charset
from newsspider.record.items import Comments as Comments
from newsspider.record.items import Counts as Counts
from newsspider.record.items import Lead as Lead
from newsspider.record.items import Locator as Locator
from newsspider.record.items import Person as Person
from newsspider.record.items import Provenance as Provenance
from newsspider.record.items import Recommendation as Recommendation
from newsspider.record.items import Source as Source
from newsspider.record.items import Translation as Translation
from newsspider.record.items import as_record as as_record
from newsspider.record.items import to_json_line as to_json_line
from newsspider.record.sitefacts import Email as Email
from newsspider.record.sitefacts import Licence as Licence
from newsspider.record.sitefacts import Phone as Phone
from newsspider.record.sitefacts import SiteFacts as SiteFacts
