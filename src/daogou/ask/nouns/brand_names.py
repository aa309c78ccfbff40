"""Well-known brands in both languages: a shop that writes HP is asked for 惠普, and the other way round."""

_PAIRS = """
HP 惠普; Dell 戴尔; Lenovo 联想; ThinkPad; Apple 苹果; Asus 华硕; Acer 宏碁 宏基; Samsung 三星; Sony 索尼; Huawei 华为; Honor 荣耀; Xiaomi 小米; Oppo 欧珀; Vivo 维沃; Microsoft 微软
Canon 佳能; Nikon 尼康; Epson 爱普生; Brother 兄弟; Ricoh 理光; Xerox 施乐 富士施乐; Fujifilm 富士; Fujitsu 富士通; Toshiba 东芝; Panasonic 松下; Philips 飞利浦; Siemens 西门子; Bosch 博世; LG 乐金
Logitech 罗技; Razer 雷蛇; Kingston 金士顿; SanDisk 闪迪; Seagate 希捷; Western Digital 西部数据 西数; Intel 英特尔; AMD 超微; Nvidia 英伟达; Gigabyte 技嘉; MSI 微星; TP-Link 普联; Cisco 思科; Belkin 贝尔金; Targus 泰格斯
Bose 博士; JBL; Sennheiser 森海塞尔; Garmin 佳明; GoPro; DJI 大疆; Casio 卡西欧; Nokia 诺基亚; Motorola 摩托罗拉; Google 谷歌; Amazon 亚马逊; Nintendo 任天堂; Lego 乐高; Dyson 戴森; Midea 美的; Haier 海尔; Gree 格力; Hisense 海信; TCL
Joyoung 九阳; Supor 苏泊尔; Tefal 特福; Zwilling 双立人; Nike 耐克; Adidas 阿迪达斯; Puma 彪马; Li-Ning 李宁; Anta 安踏; Uniqlo 优衣库; Zara 飒拉; Gucci 古驰; Prada 普拉达; Chanel 香奈儿; Hermes 爱马仕; Louis Vuitton 路易威登; Burberry 博柏利; Coach 蔻驰
Estee Lauder 雅诗兰黛; Lancome 兰蔻; L'Oreal 欧莱雅; Clinique 倩碧; Dior 迪奥; Shiseido 资生堂; SK-II; Olay 玉兰油; Nivea 妮维雅; Maybelline 美宝莲; Innisfree 悦诗风吟; Laneige 兰芝; Herborist 佰草集; Chando 自然堂; Pechoin 百雀羚; Kiehl's 科颜氏; Avene 雅漾; Clarins 娇韵诗; Biotherm 碧欧泉
Mac 魅可; Yves Saint Laurent 圣罗兰; Guerlain 娇兰; Sulwhasoo 雪花秀; Neutrogena 露得清; Vichy 薇姿; La Roche-Posay 理肤泉; Inoherb 相宜本草; Kans 韩束; Mentholatum 曼秀雷敦; Mistine 蜜丝婷; Etude House 伊蒂之屋; Faber-Castell 辉柏嘉; Parker 派克; Pilot 百乐; Staedtler 施德楼; Deli 得力; M&G 晨光; 3M
Nestle 雀巢; Coca-Cola 可口可乐; Pepsi 百事; Starbucks 星巴克; Lindt 瑞士莲; Ferrero 费列罗; Oreo 奥利奥; Swarovski 施华洛世奇; Tiffany 蒂芙尼; Rolex 劳力士; Omega 欧米茄; Seiko 精工; Citizen 西铁城; Tesla 特斯拉; BMW 宝马; Mercedes 奔驰; Toyota 丰田; Honda 本田; Volkswagen 大众
"""


def _names() -> tuple[tuple[str, ...], ...]:
    entries = (entry.strip() for entry in _PAIRS.replace("\n", ";").split(";"))
    return tuple(_split(entry) for entry in entries if entry)


def _split(entry: str) -> tuple[str, ...]:
    """The Latin name with its spaces, then each Chinese name."""
    words = entry.split(" ")
    latin = [word for word in words if word.isascii()]
    return (" ".join(latin), *(word for word in words if not word.isascii()))


BRAND_NAMES = _names()
