"""Exports of shop systems in their own column layouts, with invented contents: the price asked, the stock, what is hidden."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from daogou.catalog.facts.facts import enrich
from daogou.catalog.products.product import Availability, Product
from daogou.feed import mapping_text, parse_mapping, read_feed
from tests.feed_files import write

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
IN, OUT = Availability.IN_STOCK, Availability.OUT_OF_STOCK


@dataclass(frozen=True, kw_only=True)
class Export:
    """A feed, and what is right: (id, price asked now, price before or "", availability) of each product, in any order."""

    name: str
    feed: str | bytes
    right: tuple[tuple[str, str, str, Availability | None], ...]
    facts: dict[str, tuple[str, str]] | None = None  # id -> an attribute and its value
    fields: dict[str, tuple[str, str]] | None = None  # id -> a field and its text
    groups: tuple[tuple[str, ...], ...] = ()
    currency: str = ""
    suffix: str = ".csv"


def table(header: str, *rows: str, mark: str = ",") -> str:
    """A table whose rows are told by the columns that they fill: "sku=A1; name=Lamp"."""
    names = header.split(mark)
    lines = [header]
    for row in rows:
        said = {}
        for cell in re.split(r"; (?=[^;=]*=)", row):
            name = max((each for each in names if cell.startswith(f"{each}=")), key=len)
            said[name] = cell[len(name) + 1 :]
        lines.append(
            mark.join(f'"{said[name]}"' if mark in said.get(name, "") else said.get(name, "") for name in names)
        )
    return "\n".join(lines) + "\n"


WIX = table(
    "handleId,fieldType,name,description,productImageUrl,collection,sku,ribbon,price,surcharge,visible,discountMode,discountValue,inventory,weight,cost,"
    "productOptionName1,productOptionType1,productOptionDescription1,additionalInfoTitle1,additionalInfoDescription1,brand",
    "handleId=p1; fieldType=Product; name=Cork Mat; collection=Yoga;Sale; sku=CM; price=40; visible=true; discountMode=PERCENT; discountValue=25; inventory=InStock; cost=9; brand=Asana; additionalInfoTitle1=Material; additionalInfoDescription1=Cork",
    "handleId=p2; fieldType=Product; name=Strap; sku=ST; price=12; visible=true; discountMode=AMOUNT; discountValue=0; inventory=0; productOptionName1=Length; productOptionType1=DROP_DOWN; productOptionDescription1=2 m;3 m",
    "handleId=p2; fieldType=Variant; sku=ST-2; surcharge=0; visible=true; inventory=4; productOptionDescription1=2 m",
    "handleId=p2; fieldType=Variant; sku=ST-3; surcharge=3.50; visible=true; inventory=OutOfStock; productOptionDescription1=3 m",
    "handleId=p3; fieldType=Product; name=Secret Block; sku=SB; price=8; visible=false; discountMode=PERCENT; discountValue=0; inventory=InStock",
)
ECWID = table(
    "type,product_internal_id,product_sku,product_name,product_description,product_price,product_compare_to_price,product_cost_price,product_quantity,product_is_inventory_tracked,product_is_available,product_category_1,product_brand,product_upc,"
    "product_variation_sku,product_variation_option_{Size},product_attribute_{Fabric}",
    "type=product; product_internal_id=900; product_sku=E-1; product_name=Oilcloth; product_price=24.5; product_compare_to_price=30; product_cost_price=8; product_quantity=5; product_is_inventory_tracked=true; product_is_available=true; product_category_1=Kitchen; product_brand=Sund",
    "type=product; product_internal_id=901; product_sku=E-2; product_name=Blanket; product_price=60; product_quantity=0; product_is_inventory_tracked=true; product_is_available=true; product_brand=Sund",
    "type=product_option; product_internal_id=901; product_sku=E-2",
    "type=product_variation; product_internal_id=901; product_variation_sku=E-2-S; product_price=60; product_quantity=2; product_variation_option_{Size}=S",
    "type=product_variation; product_internal_id=901; product_variation_sku=E-2-L; product_price=75; product_quantity=0; product_variation_option_{Size}=L",
    "type=product; product_internal_id=902; product_sku=E-3; product_name=Hidden Rug; product_price=99; product_quantity=9; product_is_inventory_tracked=true; product_is_available=false",
)
OPENCART = table(
    "product_id,name(en-gb),categories,sku,upc,ean,quantity,model,manufacturer,image_name,shipping,price,points,date_added,date_modified,date_available,weight,weight_unit,length,width,height,length_unit,status,tax_class_id,description(en-gb),meta_title(en-gb),stock_status_id,store_ids,sort_order,subtract,minimum",
    "product_id=50; name(en-gb)=Desk Fan &amp; Light; categories=20,28; quantity=7; model=DF-1; manufacturer=Brisa; shipping=yes; price=45.0000; points=200; weight=1.5; weight_unit=kg; status=true; description(en-gb)=&lt;p&gt;Quiet.&lt;/p&gt;; subtract=true",
    "product_id=51; name(en-gb)=Tower Fan; categories=20; quantity=0; model=TF-1; manufacturer=Brisa; shipping=yes; price=1089.0000; points=400; status=true; subtract=true",
    "product_id=52; name(en-gb)=Old Fan; categories=20; quantity=3; model=OF-1; manufacturer=Brisa; price=9.0000; status=false; subtract=true",
)
SHOPWARE = table(
    "id;parent_id;product_number;active;stock;name;description;price_net;price_gross;purchase_prices_net;purchase_prices_gross;tax_id;tax_rate;tax_name;cover_media_url;manufacturer_name;categories",
    "id=a1f0; product_number=SW-1; active=1; stock=4; name=Gartenbank; description=<p>Eiche</p>; price_net=100.0; price_gross=119.0; purchase_prices_net=40; purchase_prices_gross=47.6; tax_rate=19; manufacturer_name=Holzer; categories=0a1b|0c2d",
    "id=b200; product_number=SW-2; active=1; stock=0; name=Polo; price_net=20.0; price_gross=23.8; tax_rate=19; manufacturer_name=Textil",
    "id=b201; parent_id=b200; product_number=SW-2.1; active=1; stock=3; price_net=20.0; price_gross=23.8; tax_rate=19",
    "id=b202; parent_id=b200; product_number=SW-2.2; active=1; stock=0; price_net=25.0; price_gross=29.75; tax_rate=19",
    "id=c300; product_number=SW-3; active=0; stock=9; name=Versteckt; price_net=1; price_gross=1.19",
    mark=";",
)
AKENEO = table(
    "sku;categories;enabled;family;groups;parent;name-en_US;name-de_DE;description-en_US-ecommerce;price-EUR;price-USD;color;ean;weight;weight-unit",
    "sku=AK1; categories=lamps,led; enabled=1; family=lamps; name-en_US=Arc Lamp; name-de_DE=Bogenlampe; description-en_US-ecommerce=Tall; price-EUR=149.00; price-USD=169.00; color=black; ean=4006381333931",
    "sku=AK2; categories=lamps; enabled=1; family=lamps; name-en_US=Clip Lamp; name-de_DE=Klemmlampe; price-EUR=29.90; price-USD=33.00; color=white",
    "sku=AK3; categories=lamps; enabled=0; family=lamps; name-en_US=Hidden Lamp; price-EUR=9.90; price-USD=11.00",
    mark=";",
)
AMAZON = (
    "TemplateType=fptcustom\tVersion=2021.1014\tTemplateSignature=QQ==\tThe top 3 rows are for Amazon.com use only.\t\t\t\t\t\t\t\t\t\t\t\n"
    + (
        "Product Type\tSeller SKU\tBrand\tProduct Name\tStandard Price\tQuantity\tMain Image URL\tParentage\tParent SKU\tRelationship Type\tColor\tSize\tSale Price\tSale Start Date\tSale End Date\n"
    )
    + table(
        "feed_product_type\titem_sku\tbrand_name\titem_name\tstandard_price\tquantity\tmain_image_url\tparent_child\tparent_sku\trelationship_type\tcolor_name\tsize_name\tsale_price\tsale_from_date\tsale_end_date",
        "item_sku=AZ-P; brand_name=Kilt; item_name=Wool Sock; parent_child=parent",
        "item_sku=AZ-1; item_name=Wool Sock Red M; standard_price=14.99; quantity=9; parent_child=child; parent_sku=AZ-P; color_name=Red; size_name=M; sale_price=9.99; sale_from_date=2026-11-01; sale_end_date=2026-12-31",
        "item_sku=AZ-2; item_name=Wool Sock Red L; standard_price=14.99; quantity=0; parent_child=child; parent_sku=AZ-P; color_name=Red; size_name=L; sale_price=9.99; sale_from_date=2026-01-01; sale_end_date=2026-02-01",
        "item_sku=AZ-3; brand_name=Kilt; item_name=Scarf; standard_price=1,299.00; quantity=1",
        mark="\t",
    )
)
AMAZON_LISTINGS = table(
    "item-name\titem-description\tlisting-id\tseller-sku\tprice\tquantity\topen-date\titem-is-marketplace\tproduct-id-type\titem-note\titem-condition\tasin1\tproduct-id\tpending-quantity\tfulfillment-channel\tstatus",
    "item-name=Tea Strainer; listing-id=0101A; seller-sku=TS-1; price=7.49; quantity=20; open-date=2026-01-05 10:00:00 PST; item-condition=11; asin1=B000000001; product-id=B000000001; status=Active",
    "item-name=Tea Tin; listing-id=0101B; seller-sku=TT-1; price=12; quantity=0; open-date=2026-01-05 10:00:00 PST; item-condition=11; asin1=B000000002; status=Active",
    "item-name=Tea Cosy; listing-id=0101C; seller-sku=TC-1; price=15; quantity=3; open-date=2026-01-05 10:00:00 PST; item-condition=11; asin1=B000000003; status=Inactive",
    mark="\t",
)
EBAY = "Info,Version=1.0.0,Template=fx_category_template_EBAY_US\n" + table(
    "*Action(SiteID=US|Country=US|Currency=USD|Version=1193|CC=UTF-8),CustomLabel,*Category,*Title,Relationship,RelationshipDetails,*ConditionID,C:Brand,C:Material,PicURL,*Description,*Format,*Duration,*StartPrice,*Quantity,*Location",
    "*Action(SiteID=US|Country=US|Currency=USD|Version=1193|CC=UTF-8)=Add; CustomLabel=EB-1; *Category=1234; *Title=Brass Compass; *ConditionID=3000; C:Brand=Nord; C:Material=Brass; *Description=<b>Old</b>; *Format=FixedPrice; *Duration=GTC; *StartPrice=48.00; *Quantity=1; *Location=Boston",
    "*Action(SiteID=US|Country=US|Currency=USD|Version=1193|CC=UTF-8)=Add; CustomLabel=EB-2; *Category=1234; *Title=Felt Hat; RelationshipDetails=Color=Grey;Blue; *ConditionID=1000; C:Brand=Filz; *Format=FixedPrice; *Location=Boston",
    "CustomLabel=EB-2-G; Relationship=Variation; RelationshipDetails=Color=Grey; *StartPrice=30.00; *Quantity=2",
    "CustomLabel=EB-2-B; Relationship=Variation; RelationshipDetails=Color=Blue; *StartPrice=32.00; *Quantity=0",
)
WOO_FR = table(
    "ID,Type,UGS,Nom,Publié,Mis en avant ?,Visibilité dans le catalogue,Description courte,Description,Date de début de promo,Date de fin de promo,État de la TVA,Classe de TVA,En stock ?,Stock,Montant de stock faible,Autoriser les commandes de produits en rupture ?,Vendre individuellement ?,Poids (kg),Autoriser les avis clients ?,Tarif promo,Tarif régulier,Catégories,Étiquettes,Classe d’expédition,Images,Parent,Position,Marques,Nom de l’attribut 1,Valeur(s) de l’attribut 1,Attribut 1 visible,Attribut 1 global",
    "ID=71; Type=simple; UGS=FR-1; Nom=Théière émaillée; Publié=1; Mis en avant ?=0; Visibilité dans le catalogue=visible; En stock ?=1; Stock=3; Tarif promo=24,9; Tarif régulier=1299; Catégories=Cuisine > Thé, Cadeaux; Marques=Solène; Nom de l’attribut 1=Couleur; Valeur(s) de l’attribut 1=Bleu; Attribut 1 visible=1",
    "ID=72; Type=simple; UGS=FR-2; Nom=Bol; Publié=1; Visibilité dans le catalogue=visible; Date de début de promo=2026-12-20 00:00:00; En stock ?=0; Stock=0; Tarif promo=5; Tarif régulier=9,5; Catégories=Cuisine",
    "ID=73; Type=simple; UGS=FR-3; Nom=Brouillon; Publié=-1; Visibilité dans le catalogue=visible; En stock ?=1; Tarif régulier=4; Catégories=Cuisine",
    "ID=74; Type=simple; UGS=FR-4; Nom=Pièce détachée; Publié=1; Visibilité dans le catalogue=hidden; En stock ?=1; Tarif régulier=4; Catégories=Cuisine",
)
SHOPIFY_2024 = table(
    "Title,URL handle,Description,Vendor,Product category,Type,Tags,Published on online store,Status,SKU,Barcode,Option1 name,Option1 value,Option2 name,Option2 value,Price,Compare-at price,Cost per item,Charge tax,Inventory tracker,Inventory quantity,Continue selling when out of stock,Weight value (grams),Product image URL,Gift card,SEO title,Color (product.metafields.shopify.color-pattern)",
    "Title=Rain Cape; URL handle=rain-cape; Vendor=Drip; Type=Capes; Published on online store=TRUE; Status=Active; SKU=RC-S; Option1 name=Size; Option1 value=S; Price=89.00; Compare-at price=110.00; Cost per item=20; Charge tax=TRUE; Inventory tracker=shopify; Inventory quantity=2; Continue selling when out of stock=DENY; Gift card=FALSE",
    "URL handle=rain-cape; SKU=RC-L; Option1 value=L; Price=89.00; Inventory tracker=shopify; Inventory quantity=0; Continue selling when out of stock=CONTINUE",
    "Title=Umbrella; URL handle=umbrella; Vendor=Drip; Type=Umbrellas; Published on online store=TRUE; Status=Active; SKU=U; Option1 name=Title; Option1 value=Default Title; Price=35.00; Inventory tracker=shopify; Inventory quantity=0; Continue selling when out of stock=DENY",
    "Title=Unlisted; URL handle=unlisted; Vendor=Drip; Published on online store=FALSE; Status=Draft; SKU=X; Option1 name=Title; Option1 value=Default Title; Price=1.00; Inventory tracker=shopify; Inventory quantity=4",
)
BIGCOMMERCE_3 = table(
    "Item,ID,Name,Type,SKU,Options,Inventory Tracking,Current Stock,Low Stock,Price,Cost Price,Retail Price,Sale Price,Brand ID,Is Visible,Is Featured,Description,Categories,UPC/EAN,Weight,Condition",
    "Item=Product; ID=120; Name=Hiking Pole; Type=physical; SKU=HP; Inventory Tracking=variant; Current Stock=6; Price=50; Cost Price=10; Retail Price=0; Sale Price=0; Is Visible=TRUE; Categories=Shop All/Poles; Condition=New",
    "Item=Image; ID=900; Name=",
    "Item=Product; ID=121; Name=Tent Peg; Type=physical; SKU=TP; Inventory Tracking=none; Current Stock=0; Price=4; Cost Price=1; Retail Price=6; Sale Price=3; Is Visible=TRUE; Categories=Shop All",
    "Item=Product; ID=122; Name=Hidden Stove; Type=physical; SKU=HS; Inventory Tracking=none; Current Stock=0; Price=60; Is Visible=FALSE; Categories=Shop All",
)
ACP_2025 = table(
    "enable_search\tenable_checkout\tid\tgtin\ttitle\tdescription\tlink\tcondition\tproduct_category\tbrand\tmaterial\timage_link\tprice\tsale_price\tsale_price_effective_date\tavailability\tinventory_quantity\titem_group_id\tcolor\tsize\tseller_name\tpopularity_score\treturn_window",
    "enable_search=true; enable_checkout=true; id=O1; title=Trail Vest; description=Light; link=https://o.test/1; condition=new; product_category=Apparel > Vests; brand=Fell; material=Nylon; price=79.00 USD; sale_price=59.00 USD; sale_price_effective_date=2026-11-01T00:00Z/2026-12-31T00:00Z; availability=in_stock; inventory_quantity=9; item_group_id=TV; color=Red; size=M; seller_name=Fell",
    "enable_search=true; enable_checkout=false; id=O2; title=Trail Cap; link=https://o.test/2; product_category=Apparel > Caps; brand=Fell; price=1250.00 USD; availability=out_of_stock; inventory_quantity=0",
    "enable_search=false; enable_checkout=false; id=O3; title=Not For Search; link=https://o.test/3; product_category=Apparel > Caps; brand=Fell; price=25.00 USD; availability=in_stock; inventory_quantity=4",
    mark="\t",
)
ACP_NESTED = json.dumps(
    {
        "products": [
            {
                "id": "prod_1",
                "title": "Classic Tee",
                "url": "https://m.test/tee",
                "variants": [
                    {
                        "id": "tee_red_s",
                        "title": "Classic Tee, red, S",
                        "price": {"amount": 1999, "currency": "USD"},
                        "list_price": {"amount": 2499, "currency": "USD"},
                        "availability": {"available": True, "status": "in_stock"},
                        "variant_options": [{"name": "Color", "value": "Red"}, {"name": "Size", "value": "S"}],
                    },
                    {
                        "id": "tee_red_m",
                        "title": "Classic Tee, red, M",
                        "price": {"amount": 1999, "currency": "USD"},
                        "availability": {"available": False, "status": "out_of_stock"},
                        "variant_options": [{"name": "Color", "value": "Red"}, {"name": "Size", "value": "M"}],
                    },
                ],
            }
        ]
    },
    indent=2,
)
ITEM_LIST = json.dumps(
    {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebSite", "name": "Alba"},
            {
                "@type": "ItemList",
                "itemListElement": [
                    {
                        "@type": "ListItem",
                        "position": 1,
                        "item": {
                            "@type": "Product",
                            "sku": "G1",
                            "name": "Nest Box",
                            "brand": {"@type": "Brand", "name": "Alba"},
                            "offers": {
                                "@type": "Offer",
                                "price": "24.90",
                                "priceCurrency": "EUR",
                                "availability": "https://schema.org/InStock",
                            },
                        },
                    },
                    {
                        "@type": "ListItem",
                        "position": 2,
                        "item": {
                            "@type": "Product",
                            "sku": "G2",
                            "name": "Feeder",
                            "offers": {
                                "@type": "AggregateOffer",
                                "lowPrice": 12,
                                "highPrice": 19,
                                "priceCurrency": "EUR",
                                "availability": "https://schema.org/SoldOut",
                            },
                        },
                    },
                ],
            },
        ],
    }
)
ARRAY = json.dumps(
    [
        {
            "id": 1,
            "title": "Mug",
            "price": 12.5,
            "currency": "GBP",
            "stock": 4,
            "status": "published",
            "cost": 3,
            "tags": ["blue", "gift"],
        },
        {
            "id": 2,
            "title": "Bowl",
            "price": 1299,
            "currency": "GBP",
            "stock": 0,
            "status": "published",
            "cost": 4,
            "tags": [],
        },
        {
            "id": 3,
            "title": "Draft Jug",
            "price": 9,
            "currency": "GBP",
            "stock": 1,
            "status": "draft",
            "cost": 4,
            "tags": [],
        },
    ],
    indent=1,
)
JD = table(
    "商品编号,商品名称,品牌,类目,京东价,市场价,成本价,库存,上架状态,条形码,更新时间",
    "商品编号=J1; 商品名称=保温壶 1.5L; 品牌=青山; 类目=厨具>水壶; 京东价=¥129.00; 市场价=¥199.00; 成本价=60; 库存=18; 上架状态=上架; 更新时间=2026-11-01 10:00:00",
    "商品编号=J2; 商品名称=双层玻璃杯; 品牌=青山; 类目=厨具>杯子; 京东价=¥1,059.00; 成本价=20; 库存=0; 上架状态=上架; 更新时间=2026-11-01 10:00:00",
    "商品编号=J3; 商品名称=旧款茶壶; 品牌=青山; 类目=厨具>茶壶; 京东价=¥88.00; 成本价=30; 库存=7; 上架状态=下架; 更新时间=2026-11-01 10:00:00",
)
ALI_1688 = table(
    "产品标题,产品编号,价格区间,起批量,单位,库存数量,产品类目,货号",
    "产品标题=不锈钢漏勺; 产品编号=88001; 价格区间=12.50~18.00元; 起批量=10; 单位=个; 库存数量=5000; 产品类目=厨房用品; 货号=LS-1",
    "产品标题=硅胶铲; 产品编号=88002; 价格区间=面议; 起批量=50; 单位=个; 库存数量=300; 产品类目=厨房用品; 货号=GJ-2",
)
SPANISH = "Tienda Luna;;;;;;;;\nCatálogo de invierno;;;;;;;;\n" + table(
    "Referencia;Nombre;Marca;Categoría;Precio de venta;Precio de oferta;Precio de coste;Existencias;Visible",
    "Referencia=L-1; Nombre=Manta de lana; Marca=Luna; Categoría=Hogar > Mantas; Precio de venta=49,90 €; Precio de oferta=39,90 €; Precio de coste=15,00 €; Existencias=7; Visible=sí",
    "Referencia=L-2; Nombre=Cojín; Marca=Luna; Categoría=Hogar > Cojines; Precio de venta=1.249,00 €; Precio de coste=4,00 €; Existencias=0; Visible=sí",
    "Referencia=L-3; Nombre=Oculto; Marca=Luna; Categoría=Hogar; Precio de venta=9,00 €; Precio de coste=4,00 €; Existencias=3; Visible=no",
    mark=";",
)
ITALIAN = table(
    "Codice;Titolo;Descrizione;Produttore;Categoria;Prezzo al kg;Prezzo;Prezzo in offerta;Inizio offerta;Fine offerta;Giacenza;Pubblicato",
    "Codice=I-1; Titolo=Caffè in grani; Produttore=Moka; Categoria=Caffè; Prezzo al kg=19,80; Prezzo=9,90; Prezzo in offerta=7,90; Inizio offerta=01/11/2026; Fine offerta=30/11/2026; Giacenza=12; Pubblicato=si",
    "Codice=I-2; Titolo=Moka 3 tazze; Produttore=Moka; Categoria=Caffettiere; Prezzo=24,00; Prezzo in offerta=18,00; Inizio offerta=01/12/2026; Fine offerta=24/12/2026; Giacenza=0; Pubblicato=si",
    "Codice=I-3; Titolo=Bozza; Produttore=Moka; Categoria=Caffè; Prezzo=1,00; Giacenza=1; Pubblicato=no",
    mark=";",
)
FRENCH = table(
    "Référence;Désignation;Marque;Famille;Prix d'achat HT;Prix public TTC;Prix promo TTC;Promo du;Promo au;Dispo;Couleur;Code-barres;Actif",
    "Référence=F1; Désignation=Lampe à poser; Marque=Éclat; Famille=Luminaires; Prix d'achat HT=12,00; Prix public TTC=39,90 €; Prix promo TTC=29,90 €; Promo du=01/11/2026; Promo au=31/12/2026; Dispo=en stock; Couleur=Vert; Code-barres='4006381333931; Actif=oui",
    "Référence=F2; Désignation=Suspension; Marque=Éclat; Famille=Luminaires; Prix d'achat HT=50,00; Prix public TTC=1 129,00 €; Dispo=rupture; Couleur=Noir; Actif=oui",
    "Référence=F3; Désignation=Prototype; Marque=Éclat; Famille=Luminaires; Prix d'achat HT=1,00; Prix public TTC=5,00 €; Dispo=en stock; Couleur=Noir; Actif=non",
    mark=";",
)
GERMAN = "sep=;\n" + table(
    "Art.-Nr.;Artikelbezeichnung;Hersteller;Warengruppe;EK netto;VK brutto;Grundpreis;UVP;Lagerbestand;EAN;Aktiv",
    "Art.-Nr.=N1; Artikelbezeichnung=Honig 500 g; Hersteller=Imker; Warengruppe=Lebensmittel; EK netto=3,20; VK brutto=7,90; Grundpreis=15,80 €/kg; UVP=8,90; Lagerbestand=40; EAN=4.00638E+12; Aktiv=1",
    "Art.-Nr.=N2; Artikelbezeichnung=Wabenpresse; Hersteller=Imker; Warengruppe=Geräte; EK netto=700,00; VK brutto=1.199,00; UVP=1.199,00; Lagerbestand=0; Aktiv=1",
    "Art.-Nr.=N3; Artikelbezeichnung=Auslaufmodell; Hersteller=Imker; Warengruppe=Geräte; EK netto=7,00; VK brutto=19,00; Lagerbestand=2; Aktiv=0",
    mark=";",
)
BIG5 = table(
    "商品編號,商品名稱,品牌,定價,特價,庫存狀態,顏色",
    "商品編號=B-1; 商品名稱=陶瓷馬克杯; 品牌=山居; 定價=NT$590; 特價=NT$450; 庫存狀態=有貨; 顏色=白色",
    "商品編號=B-2; 商品名稱=玻璃水壺; 品牌=山居; 定價=1290元; 庫存狀態=缺貨; 顏色=透明",
).encode("big5")

PRESTASHOP_LIST = table(
    "ID;Image;Nom;Référence;Catégorie;Prix (HT);Prix (TTC);Quantité;État",
    "ID=1; Nom=Mug oiseau; Référence=demo_1; Catégorie=Accessoires; Prix (HT)=11,90; Prix (TTC)=14,28; Quantité=300; État=1",
    "ID=2; Nom=Affiche; Référence=demo_2; Catégorie=Art; Prix (HT)=29,00; Prix (TTC)=34,80; Quantité=0; État=1",
    "ID=3; Nom=Caché; Référence=demo_3; Catégorie=Art; Prix (HT)=5,00; Prix (TTC)=6,00; Quantité=20; État=0",
    mark=";",
)
AMERICAN = table(
    "Item #,Product,Dept,Cost,MSRP,Our Price,Qty On Hand,Discontinued?",
    "Item #=1001; Product=Hammer; Dept=Tools; Cost=$4.00; MSRP=$12.99; Our Price=$9.99; Qty On Hand=14; Discontinued?=N",
    "Item #=1002; Product=Saw; Dept=Tools; Cost=$9.00; Our Price=$1,024.50; Qty On Hand=0; Discontinued?=N",
    "Item #=1003; Product=Old Wrench; Dept=Tools; Cost=$1.00; MSRP=$5.99; Our Price=$4.99; Qty On Hand=3; Discontinued?=Y",
)
META = (
    '"# Required | A unique content ID. Character limit: 100.","# Required | A relevant title.","# Required | in stock, out of stock","# Required | The price of the item, a number and the currency code","# Optional | sale"\n'
    + table(
        "id,title,availability,price,sale_price",
        "id=M1; title=Vase; availability=in stock; price=10.00 USD",
        "id=M2; title=Rug; availability=out of stock; price=1,299.00 USD; sale_price=999.00 USD",
    )
)
SHOP_JSON = json.dumps(
    {
        "products": [
            {
                "id": 1,
                "title": "Tee",
                "vendor": "Halm",
                "status": "active",
                "options": [{"name": "Size", "values": ["S", "M"]}],
                "variants": [
                    {
                        "id": 11,
                        "title": "S",
                        "price": "20.00",
                        "compare_at_price": "25.00",
                        "option1": "S",
                        "available": True,
                    },
                    {
                        "id": 12,
                        "title": "M",
                        "price": "20.00",
                        "compare_at_price": None,
                        "option1": "M",
                        "available": False,
                    },
                ],
            },
            {
                "id": 2,
                "title": "Draft",
                "status": "draft",
                "variants": [{"id": 21, "title": "Default", "price": "9.00"}],
            },
        ]
    }
)
WOO_API = json.dumps(
    [
        {
            "id": 5,
            "name": "Mug",
            "status": "publish",
            "price": "12.50",
            "regular_price": "16.00",
            "sale_price": "12.50",
            "on_sale": True,
            "stock_status": "instock",
            "type": "simple",
        },
        {
            "id": 6,
            "name": "Secret",
            "status": "draft",
            "price": "12.50",
            "regular_price": "16.00",
            "sale_price": "",
            "on_sale": False,
            "stock_status": "instock",
            "type": "simple",
        },
        {
            "id": 7,
            "name": "Lamp",
            "status": "publish",
            "price": "55",
            "regular_price": "55",
            "sale_price": "",
            "on_sale": False,
            "stock_status": "outofstock",
            "type": "simple",
        },
    ]
)

WIX_2025 = """handle,fieldType,name,visible,plainDescription,media,ribbon,brand,price,strikethroughPrice,cost,inventory,sku,barcode,weight,productOptionName[1],productOptionType[1],productOptionChoices[1]
mug,PRODUCT,Mug,TRUE,Nice,https://x/1.jpg,,Halm,12.00,15.00,3.00,IN_STOCK,MG,,0.3,,,
tee,PRODUCT,Tee,TRUE,,,,Halm,20.00,,5,,,,,Size,TEXT_CHOICES,S;M
tee,VARIANT,,TRUE,,,,,20.00,,5,4,T-S,,,,,S
tee,VARIANT,,TRUE,,,,,22.00,,5,OUT_OF_STOCK,T-M,,,,,M
hid,PRODUCT,Hidden,FALSE,,,,Halm,9.00,,,IN_STOCK,HD,,,,,
"""
EBAY_HUB = """Item number,Title,Variation details,Custom label (SKU),Available quantity,Format,Currency,Start price,Auction Buy It Now price,Reserve price,Current price,Sold quantity,Watchers,Bids,Start date,End date,eBay category 1 name,eBay category 1 number,Condition,Listing site
1100,Brass Lamp,,BL-1,3,FIXED_PRICE,USD,40.00,,,40.00,2,1,,Nov-01-26 10:00:00 PST,,Lamps,112581,New,US
1101,Old Radio,,,1,FIXED_PRICE,USD,"1,250.00",,,"1,250.00",0,1,,Nov-01-26 10:00:00 PST,,Radios,11,Used,US
1102,Vase,,V-2,0,FIXED_PRICE,USD,12.00,,,12.00,0,1,,Nov-01-26 10:00:00 PST,,Vases,11,New,US
"""
JD_STATES = """SKU编码,商品标题,三级类目,品牌,京东价(元),成本价(元),可用库存,上下架状态
1001,竹砧板,砧板,青山,59.9,20,100,上架
1002,汤勺,勺子,青山,"1,259",5,0,上架
1003,旧锅,锅,青山,88,5,5,下架
"""

NESTED = json.dumps(
    {
        "feed": {
            "entries": [
                {
                    "sku": "a",
                    "title": {"en": "Mug"},
                    "price": {"value": 12.5, "currency": "EUR"},
                    "availability": "in stock",
                },
                {
                    "sku": "b",
                    "title": {"en": "Cup"},
                    "price": {"value": 9, "currency": "EUR"},
                    "availability": "in 3 weeks",
                },
            ]
        }
    }
)
WORDS = table(
    "Artikelnr;Produkt;Preis;Preis vorher;Bestand",
    "Artikelnr=1; Produkt=Kerze; Preis=ab 4,99 €; Preis vorher=5,99 €; Bestand=viel",
    "Artikelnr=2; Produkt=Lichterkette; Preis=1.299 €; Bestand=0",
    "Artikelnr=3; Produkt=Teelicht; Preis=0,99; Bestand=> 100",
    "Artikelnr=4; Produkt=Stern; Preis=19,-; Bestand=nicht lieferbar (ab Januar)",
    mark=";",
)

INDIAN = """product_id,product_name,mrp,selling_price,stock_qty,is_deleted
1,Soap,50,45,10,0
2,Brush,30,30,0,0
3,Old,10,9,4,1
"""
SPECIALS = """id;name;price;special;special_from;special_to;publish_date;deleted
1;Soap;5,00;4,00;2026-12-24;2026-12-31;2026-01-01;
2;Brush;3,00;2,00;2026-11-01;2026-12-31;2026-01-01;
"""
SALES_TO_COME = """sku,title,price,sale_price,sale_price_start,sale_price_end,visibility,stock
A,Vase,"1.200,00","999,00",20/11/2026,30/11/2026,Catalog,3
B,Bowl,"45,00","39,00",01/12/2026,15/12/2026,Hidden,3
C,Dish,"25,00","19,00",01/12/2026,15/12/2026,Catalog,3
"""
SCRAPED = """ASIN,Title,Price,List Price,Rating,Reviews,Availability,Category
B01,Cable,$9.99,$19.99,4.5 out of 5 stars,"1,204",In Stock.,Electronics > Cables
B02,Plug,"$1,049.00",,4.1 out of 5 stars,12,Only 3 left in stock - order soon.,Electronics > Plugs
B03,Lamp,,,,,Currently unavailable.,Electronics > Lamps
"""
DRESSES = """货号,品名,吊牌价,折后价,尺码,颜色,库存数,是否上架
K1,连衣裙,399,299,M,红色,3,是
K2,连衣裙,399,399,L,红色,0,是
K3,旧款裙,199,99,M,蓝色,5,否
"""
NET_AND_GROSS = """Handle,Name,Net price,Tax %,Gross price,Tier price,Weight,Online
1,Nut,10.00,19,11.90,9.00,0.1,yes
2,Bolt,1000.00,19,1190.00,900.00,0.1,no
"""

EXPORTS = (
    Export(name="what is deleted", feed=INDIAN, right=(("1", "45", "50", IN), ("2", "30", "", OUT))),
    Export(name="specials", feed=SPECIALS, right=(("1", "5", "", None), ("2", "2", "3", None))),
    Export(name="sales to come", feed=SALES_TO_COME, right=(("A", "999", "1200", IN), ("C", "25", "", IN))),
    Export(
        name="a scraped list",
        feed=SCRAPED,
        right=(("B01", "9.99", "19.99", IN), ("B02", "1049", "", IN), ("B03", "", "", None)),
        currency="USD",
    ),
    Export(name="dresses", feed=DRESSES, right=(("K1", "299", "399", IN), ("K2", "399", "", OUT)), currency="CNY"),
    Export(name="net and gross", feed=NET_AND_GROSS, right=(("1", "11.90", "", None),)),
    Export(
        name="nested JSON",
        feed=NESTED,
        suffix=".json",
        right=(("a", "12.5", "", IN), ("b", "9", "", None)),
        currency="EUR",
    ),
    Export(
        name="stock in words",
        feed=WORDS,
        right=(("1", "4.99", "5.99", IN), ("2", "1299", "", OUT), ("3", "0.99", "", IN), ("4", "19", "", OUT)),
        currency="EUR",
    ),
    Export(
        name="Wix of 2025",
        feed=WIX_2025,
        right=(("mug", "12", "15", IN), ("tee", "20", "", IN), ("tee:m", "22", "", OUT)),
        groups=(("tee", "tee:m"),),
    ),
    Export(
        name="eBay's Seller Hub",
        feed=EBAY_HUB,
        right=(("BL-1", "40", "", IN), ("1101", "1250", "", IN), ("V-2", "12", "", OUT)),
        currency="USD",
    ),
    Export(
        name="JD's states", feed=JD_STATES, right=(("1001", "59.9", "", IN), ("1002", "1259", "", OUT)), currency="CNY"
    ),
    Export(name="PrestaShop's list", feed=PRESTASHOP_LIST, right=(("1", "14.28", "", IN), ("2", "34.80", "", OUT))),
    Export(
        name="American sheet",
        feed=AMERICAN,
        right=(("1001", "9.99", "12.99", IN), ("1002", "1024.50", "", OUT)),
        currency="USD",
    ),
    Export(
        name="Meta below a comment", feed=META, right=(("M1", "10", "", IN), ("M2", "999", "1299", OUT)), currency="USD"
    ),
    Export(
        name="Shopify's JSON",
        feed=SHOP_JSON,
        suffix=".json",
        right=(("11", "20", "25", IN), ("12", "20", "", OUT)),
        groups=(("11", "12"),),
        facts={"11": ("size", "S")},
        fields={"11": ("title", "Tee")},
    ),
    Export(
        name="WooCommerce's JSON", feed=WOO_API, suffix=".json", right=(("5", "12.50", "16", IN), ("7", "55", "", OUT))
    ),
    Export(
        name="a state of stock",
        feed="id,title,price,status\n1,Lamp,€10,in stock\n2,Chair,€20,sold out\n",
        right=(("1", "10", "", IN), ("2", "20", "", OUT)),
        currency="EUR",
    ),
    Export(
        name="Wix",
        feed=WIX,
        right=(("p1", "30.00", "40", IN), ("p2", "12", "", IN), ("p2:3_m", "15.50", "", OUT)),
        groups=(("p2", "p2:3_m"),),
        facts={"p1": ("material", "cork")},
    ),
    Export(
        name="Ecwid",
        feed=ECWID,
        right=(("900", "24.5", "30", IN), ("901", "60", "", IN), ("901:e_2_l", "75", "", OUT)),
        groups=(("901", "901:e_2_l"),),
        facts={"901": ("size", "S")},
        fields={"900": ("brand", "Sund")},
    ),
    Export(
        name="OpenCart",
        feed=OPENCART,
        right=(("50", "45", "", IN), ("51", "1089", "", OUT)),
        fields={"50": ("title", "Desk Fan & Light")},
    ),
    Export(
        name="Shopware 6",
        feed=SHOPWARE,
        right=(("a1f0", "119", "", IN), ("b201", "23.8", "", IN), ("b202", "29.75", "", OUT)),
        groups=(("b201", "b202"),),
        fields={"b201": ("title", "Polo")},
    ),
    Export(
        name="Akeneo",
        feed=AKENEO,
        right=(("AK1", "149", "", None), ("AK2", "29.90", "", None)),
        currency="EUR",
        facts={"AK1": ("colour", "black")},
        fields={"AK1": ("title", "Arc Lamp")},
    ),
    Export(
        name="Amazon flat file",
        feed=AMAZON,
        suffix=".txt",
        right=(("AZ-1", "9.99", "14.99", IN), ("AZ-2", "14.99", "", OUT), ("AZ-3", "1299", "", IN)),
        groups=(("AZ-1", "AZ-2"),),
        facts={"AZ-1": ("size", "M")},
        fields={"AZ-1": ("brand", "Kilt")},
    ),
    Export(
        name="Amazon listings",
        feed=AMAZON_LISTINGS,
        suffix=".txt",
        right=(("TS-1", "7.49", "", IN), ("TT-1", "12", "", OUT)),
        fields={"TS-1": ("title", "Tea Strainer")},
    ),
    Export(
        name="eBay",
        feed=EBAY,
        right=(("EB-1", "48", "", IN), ("EB-2-G", "30", "", IN), ("EB-2-B", "32", "", OUT)),
        currency="USD",
        groups=(("EB-2-G", "EB-2-B"),),
        facts={"EB-1": ("material", "brass")},
        fields={"EB-1": ("brand", "Nord")},
    ),
    Export(
        name="WooCommerce in French",
        feed=WOO_FR,
        right=(("71", "24.9", "1299", IN), ("72", "9.5", "", OUT)),
        fields={"71": ("brand", "Solène")},
    ),
    Export(
        name="Shopify of 2024",
        feed=SHOPIFY_2024,
        right=(("rain-cape", "89", "110", IN), ("rain-cape:l", "89", "", IN), ("umbrella", "35", "", OUT)),
        groups=(("rain-cape", "rain-cape:l"),),
    ),
    Export(name="BigCommerce 3", feed=BIGCOMMERCE_3, right=(("HP", "50", "", IN), ("TP", "3", "4", IN))),
    Export(
        name="ACP 2025",
        feed=ACP_2025,
        suffix=".tsv",
        right=(("O1", "59", "79", IN), ("O2", "1250", "", OUT)),
        currency="USD",
        facts={"O1": ("material", "nylon")},
    ),
    Export(
        name="ACP nested",
        feed=ACP_NESTED,
        suffix=".json",
        right=(("tee_red_s", "19.99", "24.99", IN), ("tee_red_m", "19.99", "", OUT)),
        currency="USD",
        groups=(("tee_red_s", "tee_red_m"),),
        facts={"tee_red_s": ("size", "S")},
    ),
    Export(
        name="ItemList",
        feed=ITEM_LIST,
        suffix=".json",
        right=(("G1", "24.90", "", IN), ("G2", "12", "", OUT)),
        currency="EUR",
        fields={"G1": ("brand", "Alba")},
    ),
    Export(
        name="JSON array",
        feed=ARRAY,
        suffix=".json",
        right=(("1", "12.5", "", IN), ("2", "1299", "", OUT)),
        currency="GBP",
    ),
    Export(name="JD", feed=JD, right=(("J1", "129", "199", IN), ("J2", "1059", "", OUT)), currency="CNY"),
    Export(name="1688", feed=ALI_1688, right=(("88001", "12.50", "", IN), ("88002", "", "", None)), currency="CNY"),
    Export(
        name="Spanish sheet",
        feed=SPANISH,
        right=(("L-1", "39.90", "49.90", IN), ("L-2", "1249", "", OUT)),
        currency="EUR",
        fields={"L-1": ("brand", "Luna")},
    ),
    Export(name="Italian sheet", feed=ITALIAN, right=(("I-1", "7.90", "9.90", IN), ("I-2", "24", "", OUT))),
    Export(
        name="French sheet",
        feed=FRENCH,
        right=(("F1", "29.90", "39.90", IN), ("F2", "1129", "", OUT)),
        currency="EUR",
        fields={"F1": ("gtin", "4006381333931")},
    ),
    Export(
        name="German sheet",
        feed=GERMAN,
        right=(("N1", "7.90", "8.90", IN), ("N2", "1199", "", OUT)),
        fields={"N1": ("gtin", "")},
    ),
    Export(
        name="Big5",
        feed=BIG5,
        right=(("B-1", "450", "590", IN), ("B-2", "1290", "", OUT)),
        currency="TWD",
        fields={"B-1": ("title", "陶瓷馬克杯")},
    ),
)


def read(path: Path) -> dict[str, Product]:
    return {row.product.id: enrich(row.product) for row in read_feed(path) if row.product}


def told(product: Product) -> tuple[str, str, str, Availability | None]:
    """The id, what is asked now, what was asked before, and the stock."""
    offer, asked = product.best_offer(NOW), product.price_at(NOW)
    if offer is None or asked is None:
        return product.id, "", "", None
    before = str(offer.price.amount) if offer.price.amount > asked.amount else ""
    return product.id, str(asked.amount), before, product.availability


def plain(
    right: tuple[str, str, str, Availability | None],
) -> tuple[str, float | None, float | None, Availability | None]:
    return right[0], *(float(amount) if amount else None for amount in right[1:3]), right[3]  # type: ignore[return-value]


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.name)
def test_an_export_loads_unaided_at_its_own_prices(export: Export, tmp_path: Path) -> None:
    path = write(tmp_path, export.feed, f"feed{export.suffix}")
    found = read(path)
    assert sorted(plain(told(product)) for product in found.values()) == sorted(map(plain, export.right))
    assert {offer.price.currency for product in found.values() for offer in product.offers} == {export.currency}
    for group in export.groups:
        groups = {found[each].item_group_id for each in group}
        assert len(groups) == 1
        assert "" not in groups
    for key, (name, value) in (export.facts or {}).items():
        assert value.casefold() in [str(fact.value).casefold() for fact in found[key].values(name)], found[
            key
        ].attributes
    for key, (name, text) in (export.fields or {}).items():
        assert getattr(found[key], name) == text
    internal = ("cost", "purchase", "coste", "acquisto", "achat", "ek_netto", "tax", "成本", "visib", "surcharge")
    assert not [
        fact.name for each in found.values() for fact in each.attributes if any(word in fact.name for word in internal)
    ]


def test_rows_of_one_title_without_an_id_are_told_apart_by_their_facts(tmp_path: Path) -> None:
    text = "Item,Colour,Size,Price,Was,Qty\nShirt,Red,S,20,,1\nShirt,Red,M,20,25,0\nShirt,Blue,S,22,,3\nCap,Red,,9,,2\n"
    found = list(read(write(tmp_path, text)).values())
    assert [(told(each)[1:], [fact.value for fact in each.values("colour")]) for each in found] == [
        (("20.00", "", IN), ["red"]),
        (("20.00", "25.00", OUT), ["red"]),
        (("22.00", "", IN), ["blue"]),
        (("9.00", "", IN), ["red"]),
    ]
    assert len({each.item_group_id for each in found}) == 2


def test_a_spreadsheet_is_read_at_its_table_of_products(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("python_calamine")
    book = openpyxl.Workbook()
    book.active.append(["Read me"])
    sheet = book.create_sheet("Products")
    for row in (
        ["Winter 2026"],
        [],
        ["SKU", "Name", "Price", "Stock"],
        ["X1", "Sled", 49.9, 3],
        [10023, "Skate", 1299, 0],
    ):
        sheet.append(row)
    book.save(tmp_path / "feed.xlsx")
    found = read(tmp_path / "feed.xlsx")
    assert [plain(told(each)) for each in found.values()] == [("X1", 49.9, None, IN), ("10023", 1299.0, None, OUT)]


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.name)
def test_the_guess_that_was_printed_reads_the_export_as_the_guess_did(export: Export, tmp_path: Path) -> None:
    path = write(tmp_path, export.feed, f"feed{export.suffix}")
    reader = read_feed(path)
    kept = parse_mapping(mapping_text(reader.mapping))
    assert list(read_feed(path, mapping=kept)) == list(reader)
