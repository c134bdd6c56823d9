"""What the admin's editor would post for a StreamField."""

from __future__ import annotations

from typing import Any

from wagtail import blocks


def post_data(block: blocks.Block, value: Any, prefix: str) -> dict[str, str]:
    """Return the fields of a form that hold `value`; line feeds are sent as CR LF, as browsers do."""
    match block:
        case blocks.StreamBlock():
            items = [(child.block, child.value, child.id, child.block_type) for child in value]
            return _items(items, prefix)
        case blocks.ListBlock():
            return _items(
                [(block.child_block, child.value, child.id, "") for child in value.bound_blocks], prefix
            )
        case blocks.StructBlock():
            data: dict[str, str] = {}
            for name, child in block.child_blocks.items():
                data |= post_data(child, value[name], f"{prefix}-{name}")
            return data
        case blocks.BooleanBlock():
            return {prefix: "on"} if value else {}
        case blocks.StaticBlock():
            return {prefix: ""}
    return {prefix: str(value or "").replace("\n", "\r\n")}


def _items(items: list[tuple[blocks.Block, Any, str, str]], prefix: str) -> dict[str, str]:
    data = {f"{prefix}-count": str(len(items))}
    for number, (block, value, block_id, kind) in enumerate(items):
        at = f"{prefix}-{number}"
        data |= {f"{at}-deleted": "", f"{at}-order": str(number), f"{at}-id": block_id or ""}
        if kind:
            data[f"{at}-type"] = kind
        data |= post_data(block, value, f"{at}-value")
    return data
