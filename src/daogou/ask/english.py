"""Everyday English words that are never taken for a misspelt product: banana is no bandana."""

ENGLISH = frozenset(
    """
    apple banana orange lemon lime grape pear peach plum cherry berry melon mango kiwi coconut pineapple avocado tomato potato onion garlic carrot pepper
    lettuce cabbage spinach celery bean pea corn rice bread cake cookie biscuit butter cheese milk cream yogurt egg meat beef pork chicken turkey lamb ham bacon
    sausage fish salmon tuna shrimp crab soup salad sandwich pizza pasta noodle burger fries chip snack candy chocolate sugar salt honey jam sauce oil vinegar
    flour cereal oat nut almond peanut coffee tea juice water soda beer wine whiskey vodka rum drink food meal lunch dinner breakfast fruit vegetable flower rose
    plant tree seed garden grass soil dog cat bird horse cow pig sheep goat rabbit mouse hamster tiger lion bear elephant monkey snake frog animal pet puppy kitten
    house home room kitchen bedroom bathroom garage office school store shop market restaurant hotel hospital church bank park street road city town country world
    car truck bike bicycle motorcycle boat ship plane train bus taxi tire tyre wheel engine gas fuel driver license ticket travel trip holiday vacation flight
    chair table sofa couch bed desk shelf drawer lamp light mirror carpet rug curtain pillow blanket towel sheet mattress door window wall floor roof ceiling key lock
    plate bowl cup mug glass fork spoon knife pan pot kettle oven stove fridge freezer toaster blender mixer dish soap brush broom mop bucket basket box bag bottle
    shirt pants trousers jeans skirt dress coat jacket sweater hoodie sock shoe boot sandal sneaker hat cap scarf glove belt tie suit underwear bra swimsuit pajama
    ring necklace bracelet earring watch jewel jewelry gold silver diamond perfume makeup lipstick shampoo lotion cream toothbrush toothpaste razor comb towel
    book novel magazine newspaper letter paper pen pencil eraser ruler marker notebook folder stapler tape glue scissors envelope stamp card calendar map
    phone computer laptop tablet screen keyboard camera printer speaker radio television game toy doll puzzle ball bat racket kite swing slide bicycle skate ski
    drill hammer saw nail screw screwdriver wrench pliers ladder rope chain wire pipe paint brush wood metal steel iron plastic leather cotton wool silk linen
    man woman boy girl baby child kid friend family mother father brother sister uncle aunt cousin wife husband people person king queen prince doctor nurse teacher
    student lawyer police soldier farmer chef actor singer artist writer worker boss gun knife bomb drug weed cigarette tobacco vape lighter alcohol medicine pill
    weather today tomorrow yesterday morning evening night week month year summer winter spring autumn sunny rain snow wind storm hot cold warm cool dry wet
    love hate happy sad angry funny stupid idiot crazy smart clever beautiful ugly rich poor young old new big small large little long short tall high low wide narrow
    thick thin heavy light fast slow strong weak hard soft loud quiet bright dark clean dirty full empty open closed early late free busy easy difficult safe dangerous
    joke story poem song music movie film news sport football soccer basketball tennis golf baseball hockey swim swimming run running walk walking hike hiking camp camping
    fishing hunting yoga gym fitness dance dancing party wedding birthday christmas easter halloween valentine anniversary graduation gift present surprise
    ignore previous instruction instructions system prompt rule rules reveal pretend act forget remember write read speak listen answer question reply tell explain
    work job money pay price cost cheap expensive sale discount offer deal order delivery shipping return refund warranty guarantee repair service help support
    email internet website online password account login user name address number size colour color shape style brand model version type kind sort quality feature
    black white red blue green yellow pink purple brown grey gray orange beige navy turquoise violet small medium large extra mini maxi ultra super mega
    before after during between under over above below behind front inside outside around near far left right north south east west first second third last next
    about again against almost alone along already although always among another anyone anything away because become begin behind believe best better both bring
    build call came cannot carry catch change check choose close come common complete consider contain continue could cover create current daily decide deep different
    does done down draw drive drop each eat either else enough even ever every exact example expect fact fall feel felt find fine finish fit follow form found four
    from front gave general give glad goes gone good great ground group grow guess half hand handle happen head hear heart heat held here hide hold hope hour however
    hundred idea imagine important include indeed instead interest into issue item itself join jump just keep kept kill knew know land language later laugh lead learn
    least leave less level life like line list live local look lose lost lot main make many mark matter maybe mean measure meet mention middle might mile mind minute
    miss moment more most move much must myself near need never none normal nothing notice object often once only other ought ours part pass past pattern perfect
    perhaps piece place plain plan play please point possible power prefer pretty probably problem process product program provide pull purpose push quick quite raise
    range rate rather reach ready real really reason recent record regular remain rest result ride rise safe said same save seem sell send sense serve set several
    share sharp shine should show side simple since single sit sleep smell some soon sound space special spend stand start state stay step still stop store strange
    study such suggest sure surface take talk taste than thank that their them then there these they thing think those though thousand through throw time tiny
    together told took total touch toward track trade true trust turn twice understand unit until upon usual value various very view visit voice wait want warm
    wash waste wear well went were what when where which while whole whose wide wild will wish with within without wonder word would wrong yard yellow yes young your
    hello goodbye thanks sorry okay alright cheers dear sir madam guys folks dude human robot machine bot assistant vacuum cleaner hair dryer iron sewing washing
    spaceship helicopter submarine tractor castle dragon unicorn dinosaur mermaid wizard ghost zombie alien planet star moon sun ocean river lake mountain beach island forest desert
    guitar piano violin drum trumpet flute tent sleeping bag compass torch candle match umbrella wallet purse suitcase backpack luggage diaper stroller crib pacifier
    """.split()
)
