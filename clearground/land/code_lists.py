"""The code lists that a register starts with: families, classes of land, types of item.

The classes of mine contamination are Cambodia's; a country may add lists of its own. The Khmer
names wait for review by a native speaker (GLOSSARY, "terms under review").
"""

from __future__ import annotations

from dataclasses import dataclass

LIST_VERSION = "1"


@dataclass(frozen=True, slots=True)
class FamilyRow:
    """A kind of contamination that is booked apart."""

    code: str
    name: str
    name_km: str


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class of land in one family's list; a higher `threat_rank` is the greater threat."""

    family: str
    code: str
    name: str
    name_km: str
    threat_rank: int
    parent: str | None = None
    is_contamination: bool = True
    counts_as_antipersonnel: bool = False


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A type of explosive item, with the family whose contamination it is."""

    code: str
    name: str
    name_km: str
    family: str | None


FAMILIES = (
    FamilyRow("mines", "Mines", "មីន"),
    FamilyRow("cmr", "Cluster munition remnants", "សំណល់គ្រាប់បែកចង្កោម"),
    FamilyRow("erw", "Other explosive remnants of war", "សំណល់ជាតិផ្ទុះពីសង្គ្រាមផ្សេងទៀត"),
)

# A parent stands above its parts: rows of old surveys may say A2 alone.
CLASSES = (
    ClassRow("mines", "A1", "Dense antipersonnel mines", "មីនប្រឆាំងមនុស្សក្រាស់", 90, counts_as_antipersonnel=True),
    ClassRow(
        "mines",
        "A2",
        "Mixed antipersonnel and antivehicle mines",
        "មីនប្រឆាំងមនុស្សលាយមីនប្រឆាំងយានយន្ត",
        80,
        counts_as_antipersonnel=True,
    ),
    ClassRow(
        "mines",
        "A2.1",
        "Mixed antipersonnel and antivehicle mines, dense",
        "មីនប្រឆាំងមនុស្សលាយមីនប្រឆាំងយានយន្ត ក្រាស់",
        85,
        parent="A2",
        counts_as_antipersonnel=True,
    ),
    ClassRow(
        "mines",
        "A2.2",
        "Mixed antipersonnel and antivehicle mines, scattered",
        "មីនប្រឆាំងមនុស្សលាយមីនប្រឆាំងយានយន្ត រាយប៉ាយ",
        75,
        parent="A2",
        counts_as_antipersonnel=True,
    ),
    ClassRow("mines", "A3", "Antivehicle mines", "មីនប្រឆាំងយានយន្ត", 70),
    ClassRow(
        "mines",
        "A4",
        "Scattered or nuisance antipersonnel mines",
        "មីនប្រឆាំងមនុស្សរាយប៉ាយ",
        60,
        counts_as_antipersonnel=True,
    ),
    ClassRow(
        "mines",
        "B2",
        "Land with no verifiable mine threat",
        "ដីដែលមិនអាចបញ្ជាក់ការគំរាមកំហែងដោយមីន",
        10,
        is_contamination=False,
    ),
    ClassRow("cmr", "CMR", "Cluster munition remnants", "សំណល់គ្រាប់បែកចង្កោម", 50),
    ClassRow("erw", "ERW", "Other explosive remnants of war", "សំណល់ជាតិផ្ទុះពីសង្គ្រាមផ្សេងទៀត", 50),
)

ITEM_TYPES = (
    ItemRow("antipersonnel_mine", "Antipersonnel mine", "មីនប្រឆាំងមនុស្ស", "mines"),
    ItemRow("antivehicle_mine", "Antivehicle mine", "មីនប្រឆាំងយានយន្ត", "mines"),
    ItemRow("improvised_mine", "Improvised mine", "មីនកែច្នៃ", "mines"),
    ItemRow("submunition", "Submunition", "អនុគ្រាប់បែកចង្កោម", "cmr"),
    ItemRow("other_erw", "Other explosive remnant of war", "សំណល់ជាតិផ្ទុះពីសង្គ្រាមផ្សេងទៀត", "erw"),
)
