"""WooCommerce writes the headings of its export in the language of the shop's staff: every one reads alike."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from daogou.catalog.products.product import Availability
from tests.feed_files import products, write

NOW = datetime(2026, 11, 23, tzinfo=UTC)
# id, type, number, barcode, name, published, visibility, a sale's beginning and end, in stock, stock, backorders,
# sale price, price, categories, parent, brands, an attribute's name and values
HEADINGS = {
    "en": "ID;Type;SKU;GTIN, UPC, EAN, or ISBN;Name;Published;Visibility in catalog;Date sale price starts;"
    "Date sale price ends;In stock?;Stock;Backorders allowed?;Sale price;Regular price;Categories;Parent;Brands;"
    "Attribute 1 name;Attribute 1 value(s)",
    "de": "ID;Typ;Artikelnummer;GTIN, UPC, EAN oder ISBN;Name;Veröffentlicht;Sichtbarkeit im Katalog;"
    "Datum, an dem Angebotspreis beginnt;Datum, an dem Angebotspreis endet;Vorrätig?;Lager;Lieferrückstande erlaubt?;"
    "Angebotspreis;Regulärer Preis;Kategorien;Übergeordnetes Produkt;Marken;Attribut 1 Name;Attribut 1 Wert(e)",
    "fr": "ID;Type;UGS;GTIN, UPC, EAN ou ISBN;Nom;Publié;Visibilité dans le catalogue;Date de début de promo;"
    "Date de fin de promo;En stock ?;Stock;Autoriser les commandes de produits en rupture ?;Tarif promo;Tarif régulier;"
    "Catégories;Parent;Marques;Nom de l’attribut 1;Valeur(s) de l’attribut 1",
    "es": "ID;Tipo;SKU;GTIN, UPC, EAN o ISBN;Nombre;Publicado;Visibilidad en el catálogo;"
    "Día en que empieza el precio rebajado;Día en que termina el precio rebajado;¿Existencias?;Inventario;"
    "¿Permitir reservas de productos agotados?;Precio rebajado;Precio normal;Categorías;Superior;Marcas;"
    "Nombre del atributo 1;Valor(es) del atributo 1",
    "it": "ID;Tipo;COD;GTIN, UPC, EAN, o ISBN;Nome;Pubblicato;Visibilità nel catalogo;"
    "Data di partenza del prezzo in saldo;Data in cui termina l'offerta;In stock?;Magazzino;"
    "Abilita gli ordini arretrati?;Prezzo in offerta;Prezzo di listino;Categorie;Genitore;Marchi;"
    "Nome dell'attributo 1;Valore dell'attributo 1",
    "nl": "ID;Type;Artikelnummer;GTIN, UPC, EAN of ISBN;Naam;Gepubliceerd;Zichtbaarheid in catalogus;"
    "Startdatum actieprijs;Einddatum actieprijs;Op voorraad?;Voorraad;Nabestellingen toestaan?;Actieprijs;"
    "Reguliere prijs;Categorieën;Hoofd;Merken;Naam eigenschap 1;Waarde eigenschap 1",
    "pt": "ID;Tipo;SKU;GTIN, UPC, EAN ou ISBN;Nome;Publicado;Visibilidade no catálogo;"
    "Data de preço promocional começa em;Data de preço promocional termina em;Em estoque?;Estoque;"
    "São permitidas encomendas?;Preço promocional;Preço;Categorias;Ascendente;Marcas;Nome do atributo 1;"
    "Valores do atributo 1",
    "pl": "ID;Typ;SKU;GTIN, UPC, EAN lub ISBN;Nazwa;Opublikowano;Widoczność w katalogu;Data rozpoczęcia promocji;"
    "Data zakończenia promocji;W magazynie?;Stan magazynowy;Pozwalać na zamówienia oczekujące?;Cena promocyjna;Cena;"
    "Kategorie;Element nadrzędny;Marki;Nazwa atrybutu 1;Wartości atrybutu 1",
    "zh": "ID;类型;SKU;GTIN, UPC, EAN, or ISBN;名称;已发布;在列表页可见;促销开始日期;促销截止日期;有货？;库存;允许缺货下单？;"
    "促销价格;常规售价;分类;父级;品牌;属性1名称;属性1的值",
}
ROWS = """
1;simple;MOKA;4006381333931;Moka;1;visible;2026-11-15 00:00:00;2026-12-06 23:59:59;1;18;0;24.9;32;Kitchen > Coffee;;Nava;;
2;simple;PAN;;Pan;1;visible;2026-10-01 00:00:00;2026-10-31 23:59:59;1;4;0;79;99.5;Kitchen;;;;
3;simple;JUG;;Jug;1;visible;2027-01-07 00:00:00;;0;0;0;19;29;Kitchen;;;;
4;simple;DRAFT;;Draft;-1;visible;;;1;5;0;;9.9;Kitchen;;;;
5;simple;HID;;Sample;1;hidden;;;1;5;0;;1;Kitchen;;;;
6;variable;APRON;;Apron;1;visible;;;1;;0;;;Linen > Aprons;;Lino;Colour;Red, Blue
7;variation;APRON-R;;Apron - Red;1;visible;;;1;2;0;;38;;id:6;;Colour;Red
8;variation;APRON-B;;Apron - Blue;1;visible;;;backorder;0;1;29.5;38;;id:6;;Colour;Blue
"""


@pytest.mark.parametrize("language", HEADINGS)
def test_every_language_of_the_export_reads_alike(language: str, tmp_path: Path) -> None:
    found = {product.id: product for product in products(write(tmp_path, HEADINGS[language] + ROWS))}
    prices = {key: str(price.amount) for key, product in found.items() if (price := product.price_at(NOW))}
    assert prices == {"1": "24.90", "2": "99.50", "3": "29.00", "7": "38.00", "8": "29.50"}
    states = [product.availability for product in found.values()]
    in_stock, sold_out, backorder = Availability.IN_STOCK, Availability.OUT_OF_STOCK, Availability.BACKORDER
    assert states == [in_stock, in_stock, sold_out, in_stock, backorder]
    assert [product.category for product in found.values()][::4] == [("Kitchen", "Coffee"), ("Linen", "Aprons")]
    assert [(product.brand, product.item_group_id) for product in found.values()][2:] == [
        ("", ""),
        *[("Lino", "6")] * 2,
    ]
    assert (found["1"].gtin, found["1"].mpn, found["1"].title) == ("4006381333931", "MOKA", "Moka")
    assert [fact.value for fact in found["8"].attributes if fact.name == "colour"] == ["Blue"]


WHOLE = (
    "ID,Typ,Artikelnummer,{}Namn,Publicerad,Utvald?,Synlighet i katalog,Kort beskrivning,Beskrivning,"
    "Datum när reapriset börjar,Datum när reapriset upphör,Momsstatus,Momsklass,I lager?,Lagersaldo,Lågt lagerantal,"
    "Tillåt restnoteringar?,Säljes styckvis?,Vikt (kg),Längd (cm),Bredd (cm),Höjd (cm),Tillåt kundrecensioner?,"
    "Köpanteckning,Reapris,Ordinarie pris,Kategorier,Etiketter,Fraktklass,Bilder,Gräns,Utgång,Överordnad,Grupperade,"
    "Merförsäljning,Korsförsäljning,Extern URL,Knapptext,Position,Egenskap 1 a,Egenskap 1 b,Egenskap 1 c,Egenskap 1 d\n"
)
PLACED = """1,simple,MOKA,{}Moka,1,0,visible,,Good.,{},2026-10-31 23:59:59,taxable,,1,18,,0,0,0.4,,,,1,,24.9,32,A > B,,,,,,,,,,,,0,,,,
2,simple,DRAFT,{}Draft,-1,0,visible,,,,,taxable,,1,5,,0,0,,,,,1,,,9.9,A,,,,,,,,,,,,0,,,,
6,variable,APRON,{}Apron,1,0,visible,,,,,taxable,,1,,,0,0,,,,,1,,,,C,,,,,,,,,,,,0,Colour,"Red, Blue",1,1
7,variation,APRON-R,{}Apron red,1,0,visible,,,,,taxable,,0,0,,1,0,,,,,1,,,38,,,,,,,id:6,,,,,,0,Colour,Red,1,1
"""


@pytest.mark.parametrize(("heading", "cell"), [("", ""), ('"GTIN, UPC, EAN eller ISBN",', "4006381333931,")])
def test_a_language_that_nobody_knows_is_read_by_the_places_of_its_columns(
    heading: str, cell: str, tmp_path: Path
) -> None:
    text = WHOLE.format(heading) + PLACED.format(cell, "2026-10-01 00:00:00", *[cell] * 3)
    moka, apron = products(write(tmp_path, text))
    assert [str(price.amount) for product in (moka, apron) if (price := product.price_at(NOW))] == ["32.00", "38.00"]
    assert (moka.title, moka.description, moka.category, moka.gtin) == ("Moka", "Good.", ("A", "B"), cell.rstrip(","))
    assert (apron.item_group_id, apron.availability) == ("6", Availability.BACKORDER)
    said = [[(fact.name, fact.value, fact.unit) for fact in product.attributes] for product in (moka, apron)]
    assert said == [[("weight", Decimal("0.4"), "kg")], [("colour", "Red", None)]]


def test_names_that_are_known_go_before_their_places(tmp_path: Path) -> None:
    text = WHOLE.format("").replace("Reapris,Ordinarie pris", "Regular price,Sale price").replace("Namn", "Name")
    [lamp] = products(write(tmp_path, text + "1,simple,LAMP,Lamp,1" + "," * 21 + "32,24.9" + "," * 18 + "\n"))
    assert str(lamp.offers[0].price.amount) == "32.00"
