"""A region with its agencies, officers, categories and citizens, for tests."""

from typing import Any

from chalicelib.domain.directory.agencies import Agency, Category
from chalicelib.domain.directory.officers import Account, Officer
from chalicelib.domain.directory.regions import Region
from chalicelib.domain.procedure.loading import list_procedure_ids
from chalicelib.domain.procedure.model import Role

REGION = Region(
    slug="kabupaten-contoh",
    name="Kabupaten Contoh",
    code="99.01",
    zone="Asia/Jakarta",
    prefix="CTH",
    procedure=list_procedure_ids()[0],
)
AGENCIES = [
    Agency(id="pupr", region=REGION.slug, name="Dinas Pekerjaan Umum", kind="agency"),
    Agency(id="dlh", region=REGION.slug, name="Dinas Lingkungan Hidup", kind="agency"),
    Agency(id="bpn", region=REGION.slug, name="Kantor Pertanahan", kind="vertical"),
]
CATEGORIES = [
    Category(code="jalan", region=REGION.slug, name_id="Jalan", name_en="Roads"),
    Category(
        code="jalan-rusak",
        region=REGION.slug,
        name_id="Jalan rusak",
        name_en="Damaged road",
        parent="jalan",
        agency="pupr",
    ),
    Category(code="sampah", region=REGION.slug, name_id="Sampah", name_en="Waste", agency="dlh"),
]


def officer(name: str, role: Role, agency: str | None = None, **more: Any) -> Officer:
    given = {"name": f"Nama {name}", "title": f"Jabatan {name}", "email": f"{name}@contoh.go.id"} | more
    return Officer(id=name, region=REGION.slug, role=role, agency=agency, **given)


ADMIN = officer("admin", Role.REGIONAL_ADMIN, phone="+628111111111")
COORDINATOR = officer("koordinator", Role.COORDINATOR)
LIAISON = officer("pupr-1", Role.LIAISON, "pupr", phone="+628122222222")
SECOND_LIAISON = officer("pupr-2", Role.LIAISON, "pupr")
HEAD = officer("pupr-kepala", Role.HEAD, "pupr")
OTHER_LIAISON = officer("dlh-1", Role.LIAISON, "dlh")
OFFICERS = [ADMIN, COORDINATOR, LIAISON, SECOND_LIAISON, HEAD, OTHER_LIAISON]
CITIZEN = Account(id="account-siti", name="Siti Aminah", email="siti@example.com", phone="+628133333333")
OTHER_CITIZEN = Account(id="account-budi", name="Budi Santoso", email="budi@example.com")
STAFF_ACCOUNTS = [
    Account(id=f"account-{one.id}", name=one.name, email=one.email, region=one.region, officer=one.id)
    for one in OFFICERS
]
PASSWORD = "Rahasia-123"
