"""What the tables that a page refers to say, laid under the schema that its own examples and lists gave. Pure.

The page has precedence: where its examples show another type or value, or lack what the table calls mandatory, the
table is not followed, and the contradiction is an obstacle with the line of the table. What only a table names is
marked (`x-inferred-from: table`); `x-table` says where everything that comes from a table stands.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import jsonschema_rs

from contracts.spec.page.agreement import is_conventional
from contracts.spec.page.facts import facts
from contracts.spec.page.known_tables import Found, KnownTables, matched, place_of, source_of
from contracts.spec.page.member_types import ARRAY, MAP, OBJECT, TEXT, MemberType, member_type, plain_name
from contracts.spec.page.model import REQUEST, RESPONSE, Document, Member, Obstacle, PageLines
from contracts.spec.page.rows import use_contradicts
from contracts.spec.page.shown_values import Shown
from contracts.spec.page.table_places import element_of, laid_at, with_members
from contracts.spec.page.table_roots import names_of_own, roots_of
from contracts.spec.page.vocabulary import REFERENCE

INFERRED: Final = "x-inferred-from"
TABLE: Final = "table"
SOURCE: Final = "x-table"
OPEN: Final = "x-open"

# What each object has.
_CONVENTIONAL: Final = frozenset({"apiVersion", "kind", "metadata", "status"})

Node = dict[str, Any]


class TableSchemas:
    """Makes schemas of tables: `components` by name, and `obstacles`."""

    def __init__(self, known: KnownTables) -> None:
        """Start with nothing made."""
        self.components: dict[str, Node] = {}
        self.obstacles: list[Obstacle] = []
        self._known = known
        self._names: dict[Found, str] = {}
        self._answers: list[PageLines] = []
        self._named: Mapping[str, frozenset[str]] = {}

    def lay_under(self, schema: Node, document: Document) -> None:
        """Add to the schema of the page's object what the tables about its request and response say of it."""
        requests, responses = (
            tuple(one.value for one in shown if not (document.kind and is_conventional(one)))
            for shown in (document.requests, document.answers)
        )
        shown = Shown(responses, requests) if document.method == "PATCH" else Shown((*requests, *responses))
        roots = roots_of(document, [*schema.get("properties", {})], self._known, self.obstacles)
        if any(found.structure.source.section == REQUEST for found in roots):
            # What each answer holds is not demanded of a request.
            sources = (found.structure.source for found in roots if not found.of.page)
            self._answers = [source for source in sources if source.section == RESPONSE]
        self._named = names_of_own(self._known.own, roots)
        for found in roots:
            self._merge(*laid_at(schema, found, shown))
        self.obstacles.sort(key=lambda one: (one.page, one.line))

    # ------------------------------------------------------------ what the page shows, too

    def _merge(self, node: Node, found: Found, shown: Shown) -> None:
        """Lay a table under an object of which examples show this."""
        self._report_unread(found)
        properties = node.setdefault("properties", {})
        rows = [one.name for one in found.structure.members]
        _nest(properties, found.structure.members)
        found = self._merge_dotted(properties, found, shown)
        if not rows:
            return
        names = matched([one.name for one in found.structure.members], [*properties])
        for name in properties:
            if name not in names.values() and self._should_name(found, rows, name, properties[name], shown):
                self._tell(found, found.structure, f"{found.title} to name {name!r}, which the page shows")
        for member in found.structure.members:
            name = names.get(member.name, member.name)
            if name != member.name:
                self._tell(found, member, f"{name!r} as the page spells it", member.name)
            self._lay_member(properties, found, member, name, shown.at(name))
            if not found.of.page and found.structure.source in self._answers:
                continue
            if member.mandatory and shown.lacks(name):
                self._tell(found, member, f"{name!r} not to be mandatory, as an example lacks it")
            elif member.mandatory and name not in node.get("required", []):
                node["required"] = [*node.get("required", []), name]

    def _lay_member(self, properties: Node, found: Found, member: Member, name: str, shown: Shown) -> None:
        if name not in properties:
            properties[name] = {**self._alone(found, member), INFERRED: TABLE}
        elif properties[name].get(INFERRED) != TABLE:
            self._merge_member(properties[name], found, member, name, shown)

    def _should_name(self, found: Found, rows: Sequence[str], name: str, node: Node, shown: Shown) -> bool:
        """Whether it is of note that a table does not name a field of its object."""
        below = any(one.startswith((f"{name}.", f"{name}[")) for one in rows) or all("." in one for one in rows)
        # A table of fields by their paths names those that it is about.
        below = below or (name in _CONVENTIONAL and any("." in one for one in rows) and not _CONVENTIONAL & {*rows})
        # The path's version and the kind of the title are shown by no example.
        constant = "const" in node and not shown.at(name).values
        elsewhere = not found.of.page and name in self._named.get(plain_name(found.structure.name), ())
        return node.get(INFERRED) != TABLE and not (below or constant or elsewhere)

    def _merge_dotted(self, properties: Node, found: Found, shown: Shown) -> Found:
        """Lay rows with dotted names under the objects that these name first; give the table without them."""
        members = found.structure.members
        for name, node in [*properties.items()]:
            form = re.compile(rf"{re.escape(name)}(?:\[[^\]]*\])?\.(?P<rest>[^/]+)")
            below = [(one, match["rest"]) for one in members if (match := form.fullmatch(one.name))]
            inner, within = element_of(node, shown.at(name))
            if below and inner is not None:
                named = tuple(replace(one, name=rest) for one, rest in below)
                self._merge(inner, with_members(found, named), within)
                laid = [one for one, _ in below]
                members = tuple(one for one in members if one not in laid)
        return found if members == found.structure.members else with_members(found, members)

    def _merge_member(self, node: Node, found: Found, member: Member, name: str, examples: Shown) -> None:
        said, table = self._type(found, member)
        if (
            said
            and not examples.values
            and node.get(INFERRED) == "name"
            and self._kind(said, table) != node.get("type")
        ):
            # The page names the field and shows no value of it: its type was a guess.
            node.pop("additionalProperties", None)
            typed = self._typed(said, table)
            typed |= {key: value for key, value in node.items() if key not in typed}
            node.clear()
            node |= typed
        shown = node.get("type")
        node.setdefault(SOURCE, source_of(found, member, name))
        if table and table.structure.role != "values":
            self._merge_below(node, table, said, examples)
        if said is None or not isinstance(shown, str) or shown == "null":
            return
        if {self._kind(said, table), shown} not in ({shown}, {"number", "integer"}):
            self._tell(found, member, f"the type that the page shows, {shown}", member.type or "")
            return
        if node.get(INFERRED) == "name":
            node.pop(INFERRED)
        for keyword, value in self._keywords(found, member, said, table, shown).items():
            if keyword == OPEN or (self._holds(found, member, keyword, value, examples) and keyword not in node):
                node[keyword] = value

    def _merge_below(self, node: Node, table: Found, said: MemberType | None, shown: Shown) -> None:
        """Lay the table of a field's type under what the page shows of it: an object, a list, or a map of them."""
        if node.get("type") == ARRAY and isinstance(node.get("items"), dict):
            if node["items"].get("type") == OBJECT and "$ref" not in node["items"]:
                self._merge(node["items"], table, shown.items())
        elif node.get("type") == OBJECT and not {"additionalProperties", "$ref"} & set(node):
            if said and said.kind == MAP:
                for key, inner in node.get("properties", {}).items():
                    if inner.get("type") == OBJECT:
                        self._merge(inner, table, shown.at(key))
                node["additionalProperties"] = {**self._reference(table), INFERRED: TABLE}
            else:
                self._merge(node, table, shown)

    def _holds(self, found: Found, member: Member, keyword: str, value: Any, shown: Shown) -> bool:
        """Whether what a table says of a field is true of all that the page shows there; if not, it is told."""
        against = [one for one in shown.values if not jsonschema_rs.is_valid({keyword: value}, one)]
        if against:
            self._tell(found, member, f"{keyword} {value} to allow what the page shows", json.dumps(against[0]))
        return not against

    # ------------------------------------------------------------ what only a table names

    def _alone(self, found: Found, member: Member) -> Node:
        said, table = self._type(found, member)
        node: Node = {}
        if said is not None:
            node = self._typed(said, table)
            kind = node.get("type")
            node |= self._keywords(found, member, said, table, kind if isinstance(kind, str) else None)
        return {**node, SOURCE: source_of(found, member, member.name)}

    def _kind(self, said: MemberType, table: Found | None) -> str:
        """The JSON type that a row means: of the values that a table lists, an object for a map."""
        if table and table.structure.role == "values":
            return "integer" if all(one.name.isdecimal() for one in table.structure.members) else TEXT
        return OBJECT if said.kind == MAP else said.kind

    def _typed(self, said: MemberType, table: Found | None) -> Node:
        if table and table.structure.role == "values":
            return {"type": self._kind(said, table)}
        inner = self._reference(table) if table else self._typed(said.inner, None) if said.inner else {}
        if said.kind == ARRAY:
            return {"type": ARRAY, **({"items": inner} if inner else {})}
        if said.kind == MAP:
            return {"type": OBJECT, **({"additionalProperties": inner} if inner else {})}
        if said.kind == OBJECT:
            return {"type": OBJECT, **(inner if table else {})}
        return {"type": said.kind, **({"format": said.format} if said.format else {})}

    def _reference(self, table: Found) -> Node:
        """A reference to the schema of a table, which is made if it was not."""
        if table not in self._names:
            name = self._names[table] = self._component_name(table)
            self._report_unread(table)
            members = table.structure.members
            required = [*dict.fromkeys(one.name for one in members if one.mandatory)]  # a row may stand there twice
            self.components[name] = {}
            self.components[name] = {
                "type": OBJECT,
                SOURCE: place_of(table, table.structure.source.first_line, table.structure.source.last_line),
                "properties": {one.name: self._alone(table, one) for one in members},
                **({"required": required} if required else {}),
            }
        return {"$ref": f"#/components/schemas/{self._names[table]}"}

    def _component_name(self, table: Found) -> str:
        number = f"Table{table.structure.number}" if table.structure.number else "Table"
        name = ".".join([number, *filter(None, [re.sub(r"[^A-Za-z0-9._-]+", "-", table.structure.name).strip("-")])])
        taken = sum(one == name or one.startswith(f"{name}_") for one in self._names.values())
        return f"{name}_{taken + 1}" if taken else name

    # ------------------------------------------------------------ rows

    def _type(self, found: Found, member: Member) -> tuple[MemberType | None, Found | None]:
        """The type of a row, and the table about it or about its items or values; obstacles where there is none."""
        numbered = REFERENCE.search(member.type or "")
        said = member_type(member.type, member.description)
        named = said.inner if said and said.inner else said
        table = None
        if said is None or (named and named.kind == OBJECT and not named.name):
            match = numbered or REFERENCE.search(member.description)
            table = self._known.numbered(int(match[1][:9]), found) if match else None
            if match and table is None:
                self._tell(found, member, f"Table {match[1][:9]}, to which {member.name!r} refers")
            if table and said is None:
                said = MemberType(OBJECT)
        elif named and named.name:
            table, spelled = self._known.named(named.name, found)
            if table is None:
                self._tell(found, member, "a type, or a table of that name", named.name)
                said = None if named is said else MemberType(said.kind)
            elif not spelled:
                self._tell(found, member, f"the name of {table.title}", named.name)
        return said, table

    def _keywords(
        self, found: Found, member: Member, said: MemberType, table: Found | None, kind: str | None
    ) -> dict[str, Any]:
        """What the row says of a value, with the values that a table of them lists."""
        told = facts(member.description, kind)
        keywords = told.keywords
        if table and table.structure.role == "values":
            numbers = self._kind(said, table) == "integer"
            listed = dict.fromkeys(int(one.name) if numbers else one.name for one in table.structure.members)
            keywords |= {"enum": [*listed]} if listed else {}
            keywords.pop("const", None)
        if said.format:
            keywords.setdefault("format", said.format)
        if keywords.get("enum") and keywords.get("default", keywords["enum"][0]) not in keywords["enum"]:
            wanted = f"a default that is one of {', '.join(map(str, keywords['enum']))}"
            self._tell(found, member, wanted, str(keywords.pop("default")))
        for contradiction in (*told.contradictions, *use_contradicts(member)):
            self._tell(found, member, contradiction)
        return {**keywords, **({OPEN: told.open} if told.open and "minimum" in keywords else {})}

    def _report_unread(self, found: Found) -> None:
        """Tell what could not be read of a table that is used."""
        place = found.structure.source
        for one in found.of.obstacles:
            if place.first_line <= one.line <= place.last_line and found.of.page:
                self._add(Obstacle(one.line, one.expected, one.found, found.of.page))

    def _tell(self, found: Found, at: Any, expected: str, shown: str = "") -> None:
        self._add(Obstacle(at.source.first_line, expected, shown, found.of.page))

    def _add(self, obstacle: Obstacle) -> None:
        if obstacle not in self.obstacles:
            self.obstacles.append(obstacle)


def _nest(properties: Node, rows: Sequence[Member]) -> None:
    """Make an object, or a list of them, for each name that rows have before a dot ("metadata.name", "a[*].b")."""
    types = {one.name: member_type(one.type, one.description) for one in rows}
    for name in types:
        match = re.fullmatch(r"(?P<first>[A-Za-z]\w*)(?P<listed>\[[^\]]*\])?\.[^/]+", name)
        if match is None:
            continue
        said = types.get(match["first"])
        if match["listed"] or (said and said.kind == ARRAY):
            made: Node = {"type": ARRAY, "items": {"type": OBJECT}, INFERRED: TABLE}
        else:
            made = {"type": OBJECT, INFERRED: TABLE}
        properties.setdefault(match["first"], made)
