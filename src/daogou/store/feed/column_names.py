"""What merchants call their columns, in English and Chinese: snake_case, the likeliest first."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


NAMES: dict[str, tuple[str, ...]] = {
    "id": _words(
        "id product_id item_id sku offer_id asin article_number article_id productid itemid product_code "
        "productcode "
        "item_number item_code code stockcode stock_code handle _id uid part_number model_number ean "
        "gtin barcode isbn "
        "商品id 商品编号 商品编码 产品编号 产品编码 产品id 商品货号 货号 编号 编码 款号 条码 条形码 宝贝id"
    ),
    "title": _words(
        "title name product_name product_title item_name item_title productname article_name "
        "display_name label "
        "headline describe titel bezeichnung produktname nom titre nombre 标题 商品标题 产品标题 宝贝标题 商品名称 商品名 产品名称 产品名 "
        "名称 品名 宝贝名称"
    ),
    "description": _words(
        "description product_description long_description body_html body body_text short_description "
        "summary details "
        "about beschreibung content 描述 商品描述 产品描述 商品详情 详情 产品详情 简介 商品简介 产品简介 介绍 说明 商品介绍"
    ),
    "brand": _words(
        "brand brand_name manufacturer vendor supplier marke hersteller maker brand_shop "
        "品牌 商品品牌 品牌名 品牌名称 厂商 生产厂家 制造商"
    ),
    "gtin": _words(
        "gtin ean ean13 upc barcode gtin13 gtin14 isbn isbn13 variant_barcode 条码 条形码 国际条码 商品条码"
    ),
    "mpn": _words(
        "mpn manufacturer_part_number part_number model model_number mfr_part_number 型号 产品型号 商品型号 规格型号"
    ),
    "price": _words(
        "price current_price selling_price regular_price unit_price unitprice price_amount amount "
        "offers_price "
        "price_min variant_price preis prix precio price_cents price_in_cents "
        "价格 售价 单价 现价 销售价 商品价格 销售价格 标价 零售价 优惠前价格 价格元 售价元"
    ),
    "list_price": _words(
        "list_price msrp rrp retail_price original_price was_price old_price compare_at_price market_price "
        "marketprice uvp price_before 原价 市场价 划线价 吊牌价 官方价 建议零售价"
    ),
    "sale_price": _words(
        "sale_price special_price discount_price discounted_price promo_price promotional_price offer_price "
        "促销价 优惠价 折扣价 特价 活动价 券后价 到手价"
    ),
    "price_valid_from": _words(
        "price_valid_from sale_price_from sale_start sale_start_date sale_price_start_date special_from_date "
        "special_price_from_date date_sale_price_starts promotion_start offers_validfrom 促销开始时间 优惠开始"
    ),
    "price_valid_until": _words(
        "price_valid_until sale_price_effective_date sale_price_until sale_end sale_end_date sale_price_end_date special_to_date "
        "special_price_to_date date_sale_price_ends promotion_end "
        "offers_pricevaliduntil "
        "促销结束时间 优惠截止"
    ),
    "currency": _words(
        "currency price_currency currency_code pricecurrency offers_pricecurrency waehrung 币种 货币 货币单位"
    ),
    "availability": _words(
        "availability stock_status in_stock instock in_stock_any is_in_stock available stock "
        "stock_quantity quantity_in_stock "
        "inventory inventory_quantity qty offers_availability is_available 库存 库存状态 是否有货 现货 库存数量 状态 上架状态 "
        "有货"
    ),
    "condition": _words("condition item_condition product_condition 成色 新旧程度"),
    "seller": _words("seller seller_name merchant shop shop_name store store_name 店铺 店铺名称 卖家 商家 店名"),
    "item_group_id": _words(
        "item_group_id group_id parent_id parent_sku parent_asin variant_group master_id 商品组 spu spu_id spuid"
    ),
    "category": _words(
        "category category_path category_full_path product_category categories breadcrumbs breadcrumb "
        "categories_path "
        "product_type google_product_category category_name department main_category kategorie "
        "类目 分类 品类 商品分类 产品分类 商品类目 类别 产品类别 商品类别 所属分类 一级类目"
    ),
    "highlights": _words(
        "highlights product_highlight product_highlights bullet_points bullets features feature_bullets "
        "key_features 卖点 特点 亮点 商品卖点 产品特点 商品特点 特色"
    ),
    "link": _words(
        "link url product_url product_link item_url permalink canonical_url good_url goods_url "
        "detail_url deeplink 链接 商品链接 网址 商品网址 详情链接 宝贝链接 商品地址"
    ),
    "image_link": _words(
        "image_link image_url image img img_url main_image featured_image_url featured_image picture "
        "picture_url photo "
        "thumbnail image_src img_high images 图片 主图 图片链接 商品图片 图片地址 主图链接"
    ),
    "rating": _words(
        "rating average_rating avg_rating review_rating rating_value ratingvalue stars star_rating score "
        "rating_average aggregaterating_ratingvalue 评分 商品评分 星级 综合评分"
    ),
    "rating_count": _words(
        "rating_count review_count ratings_count reviews_count num_reviews number_of_reviews reviews "
        "reviewcount ratings "
        "num_ratings rating_number comment_count aggregaterating_reviewcount 评论数 评价数 评价数量 评论数量 累计评价"
    ),
}

# A column "title_zh" is a translation; so is "英文标题".
LANGUAGES = {"en": ("en", "english", "英文"), "zh": ("zh", "cn", "zh_cn", "chinese", "中文")}

# Columns that say nothing about what the thing is like.
INTERNAL = frozenset(
    _words(
        "created_at updated_at date_added created updated last_modified modified timestamp update_time "
        "create_time crawl_time "
        "scraped_at published_at published status position rank sort_order image_count variant_count "
        "images_count pubdate guid "
        "tax shipping_weight shipping shipping_label identifier_exists adult ads_redirect mobile_link "
        "canonical_link "
        "custom_label_0 custom_label_1 custom_label_2 custom_label_3 custom_label_4 image_id imageid "
        "sale_count sales_count "
        "销量 月销量 更新时间 创建时间 上架时间 采集时间"
    )
)
CURRENCY_WORDS = {
    "usd": "USD",
    "eur": "EUR",
    "gbp": "GBP",
    "cny": "CNY",
    "rmb": "CNY",
    "jpy": "JPY",
    "元": "CNY",
    "cad": "CAD",
    "aud": "AUD",
    "chf": "CHF",
    "inr": "INR",
    "sek": "SEK",
    "pln": "PLN",
}
