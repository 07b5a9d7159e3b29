"""What is changed in a module, one thing at a time: Cosmic Ray's operators, fewer of them, and one that it lacks."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

import cosmic_ray.plugins
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.number_replacer import NumberReplacer
from cosmic_ray.operators.operator import Operator
from parso import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEPT = re.compile(
    r"core/(?:NumberReplacer|Replace(?:AndWithOr|OrWithAnd|TrueWithFalse|FalseWithTrue)|AddNot|ExceptionReplacer"
    r"|Replace(?:BreakWithContinue|ContinueWithBreak)|ReplaceUnaryOperator_Delete_\w+"
    r"|ReplaceBinaryOperator_(?:Add_Sub|Sub_Add|Mul_Add|Div_Mul|FloorDiv_Mul|Mod_Mul|Pow_Mul|LShift_RShift"
    r"|RShift_LShift|BitAnd_BitOr|BitOr_BitAnd)"
    r"|ReplaceComparisonOperator_(?:Eq_NotEq|NotEq_Eq|Lt_LtE|LtE_Lt|Gt_GtE|GtE_Gt|Is_IsNot|IsNot_Is|In_NotIn|NotIn_In))"
)
"""Those of one kind that the others do not stand for: a comparison moves its bound or is turned about."""


class RemoveStatement(Operator):  # type: ignore[misc]  # Cosmic Ray has no types
    """Leaves out a call whose value nobody takes, a sum that is kept, an exception that is raised."""

    def mutation_positions(self, node: Any) -> Iterator[Any]:
        if node.parent is not None and node.parent.type == "simple_stmt" and self._does_something(node):
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        (nothing,) = parse("pass").children[:1]
        nothing.prefix = node.get_first_leaf().prefix
        return nothing

    @classmethod
    def examples(cls) -> tuple[()]:
        return ()

    @staticmethod
    def _does_something(node: Any) -> bool:
        if node.type in ("raise_stmt", "await"):
            return True
        if node.type in ("atom_expr", "power"):
            return node.children[-1].type == "trailer" and node.children[-1].children[0] == "("
        if node.type != "expr_stmt" or node.children[1].type == "annassign":
            return False
        return node.children[0].type != "name" or node.children[1] != "="  # without a name nothing would run at all


def mutants(source: str) -> list[str]:
    """Return *source* with one thing changed, in every way that makes another program of it."""
    operators = [
        cosmic_ray.plugins.get_operator(name)() for name in cosmic_ray.plugins.operator_names() if _KEPT.fullmatch(name)
    ]
    tree = get_ast(source)
    made = {_program(source): source}
    for operator in (*operators, RemoveStatement()):
        positions = [position for node in ast_nodes(tree) for position in operator.mutation_positions(node)]
        step = 2 if isinstance(operator, NumberReplacer) else 1  # one more; one less says little besides
        for occurrence in range(0, len(positions), step):
            try:
                mutated = mutate_code(source, operator, occurrence)
            except AttributeError:  # Cosmic Ray takes each exception for a bare name, and zlib.error is none
                continue
            try:
                made.setdefault(_program(mutated), mutated)
            except SyntaxError:
                continue
    return list(made.values())[1:]


class _Bare(ast.NodeTransformer):
    """Leaves out what no run shows: annotations, imports for them, and whether a dataclass is frozen or has slots."""

    def visit_ClassDef(self, node: ast.ClassDef) -> Any:
        node.decorator_list = [each for each in node.decorator_list if "dataclass" not in ast.dump(each)]
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: Any) -> Any:
        node.returns = None
        return self.generic_visit(node)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AnnAssign:
        node.annotation = ast.Constant(None)
        self.generic_visit(node)
        return node

    def visit_If(self, node: ast.If) -> Any:
        return None if "TYPE_CHECKING" in ast.dump(node.test) else self.generic_visit(node)


def _program(source: str) -> str:
    return ast.dump(_Bare().visit(ast.parse(source)))
