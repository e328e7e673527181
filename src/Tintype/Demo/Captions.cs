using Tintype.Demo.Painting;
using Tintype.Storage.Model;

namespace Tintype.Demo;

/// <summary>What people of the demo write under a picture of a motif, and where they say it was taken.</summary>
internal sealed record Wording(string[] Lines, string[] Tags, (string Name, string Country)[] Places)
{
    /// <summary>Lines hold for every hour and weather a motif can be painted in.</summary>
    public static readonly IReadOnlyDictionary<Motif, Wording> Of = new Dictionary<Motif, Wording>
    {
        [Motif.Alps] = new(
            ["Four hours up for this, and I would go again tomorrow.", "Nobody spoke for a while.", "The map says 2,900 metres. The legs say more.", "Found the quiet we came for.", "The hut was full, the ridge was empty.", "Rock, snow, wind. In that order.", "I keep coming back to this view."],
            ["mountains", "hiking", "landscape", "alpine"], [("Dolomites", "Italy"), ("Tatra Mountains", "Poland"), ("Aoraki", "New Zealand"), ("Lofoten", "Norway"), ("Bernese Oberland", "Switzerland")]),
        [Motif.Dunes] = new(
            ["The wind redraws everything by noon.", "Walked up barefoot, came down running.", "No path, no sound, no plan.", "Every crest looked like the last one. It wasn't.", "Sand in the camera again. Worth it.", "A line between light and dark, that's all."],
            ["desert", "dunes", "minimal", "shadows"], [("Erg Chebbi", "Morocco"), ("Sossusvlei", "Namibia"), ("Rub al Khali", "Oman"), ("Wadi Rum", "Jordan")]),
        [Motif.Sea] = new(
            ["The path is always pointing at you. Have you noticed?", "Last ferry. I stayed on deck.", "Salt on the lens, left it there.", "Counted seven waves, then stopped counting.", "The horizon is a good editor.", "Nothing to see here. Exactly."],
            ["sea", "ocean", "horizon", "waves"], [("Cabo da Roca", "Portugal"), ("Isle of Skye", "Scotland"), ("Big Sur", "United States"), ("Valparaíso", "Chile")]),
        [Motif.Ridges] = new(
            ["Nine ridges. I counted twice.", "The haze does all the work.", "Paper cut-outs, but made of forest.", "Waiting for the layers to separate.", "Somewhere down there is the car.", "Depth for free."],
            ["layers", "mist", "mountains", "landscape"], [("Great Smoky Mountains", "United States"), ("Munnar", "India"), ("Cairngorms", "Scotland"), ("Black Forest", "Germany")]),
        [Motif.Forest] = new(
            ["Everyone whispers in here, even the dog.", "Fog is the best background there is.", "Stood still until the birds forgot me.", "Between two trees there is always a third.", "The light came through for about a minute.", "Moss up to the ankles."],
            ["forest", "fog", "trees", "quiet"], [("Hoia Forest", "Romania"), ("Olympic Peninsula", "United States"), ("Rold Skov", "Denmark"), ("Białowieża", "Poland")]),
        [Motif.City] = new(
            ["Every window somebody's evening.", "From the bridge, hands on the railing instead of a tripod.", "This town looks best from across the water.", "Missed the last tram for this.", "Guess which light is ours.", "Loud from inside, silent from here."],
            ["city", "skyline", "night", "lights"], [("Yokohama", "Japan"), ("Lagos", "Nigeria"), ("Rotterdam", "Netherlands"), ("Algiers", "Algeria")]),
        [Motif.Aurora] = new(
            ["We had given up and were packing when it started.", "It moves. No photo tells you how it moves.", "Minus nineteen. Did not notice.", "The lake doubled it.", "Green first, then everything.", "Phones away after this one."],
            ["aurora", "northernlights", "night", "winter"], [("Tromsø", "Norway"), ("Abisko", "Sweden"), ("Yellowknife", "Canada"), ("Inari", "Finland")]),
        [Motif.Stars] = new(
            ["Forty kilometres from the next street lamp.", "The neck hurts, the rest of me doesn't.", "Twenty seconds of standing very still.", "Our galaxy, edge on, free entry.", "No moon, no wind, no signal.", "Somebody asked whether it is real. Go and look!"],
            ["milkyway", "stars", "nightsky", "astrophotography"], [("Tekapo", "New Zealand"), ("Atacama", "Chile"), ("La Palma", "Spain"), ("Ladakh", "India")]),
        [Motif.Bokeh] = new(
            ["Lying in the wet grass, very happy.", "One breath and it would have been gone.", "Two centimetres from the lens.", "The background is a parking lot, I promise.", "Small world, literally.", "Focus by leaning."],
            ["macro", "bokeh", "closeup", "nature"], [("Botanical Garden", "Czechia"), ("Seoul Forest", "South Korea"), ("Jardin des Plantes", "France")]),
        [Motif.Leaves] = new(
            ["Filled the frame, left nothing out.", "Veins like street maps.", "Pattern or portrait? Both.", "The greenhouse fogged every lens but this one.", "Layer over layer over layer.", "I could photograph only this for a year."],
            ["leaves", "botanical", "patterns", "nature"], [("Palm House, Kew", "United Kingdom"), ("Hortus Botanicus", "Netherlands"), ("Kyoto", "Japan"), ("Singapore Botanic Gardens", "Singapore")]),
        [Motif.Facade] = new(
            ["Somebody is always about to open a shutter.", "The sun reads this wall from left to right.", "Fell in love with a house I will never enter.", "Laundry day was yesterday, luckily.", "Straightened it in the camera, not afterwards.", "Every colour here has been repainted by a grandmother."],
            ["facade", "windows", "architecture", "streetphotography"], [("Burano", "Italy"), ("Alfama, Lisbon", "Portugal"), ("Menton", "France"), ("Cartagena", "Colombia")]),
        [Motif.Stairs] = new(
            ["The shadow arrives at ten past four.", "Waited for somebody to walk through. Nobody did. Better.", "Three colours and a corner.", "Built for walking, used for looking.", "Geometry class, but warm.", "Hard light is not bad light."],
            ["minimal", "architecture", "shadows", "colour"], [("Calpe", "Spain"), ("Chefchaouen", "Morocco"), ("Santorini", "Greece"), ("Mexico City", "Mexico")]),
        [Motif.Azulejo] = new(
            ["No two the same if you look long enough.", "Station wall, between two trains.", "Somebody painted this one on a Monday, you can tell.", "My grandfather would have pointed out the mistake.", "A wall that hums.", "Touched it. Cool, even in August."],
            ["azulejo", "tiles", "patterns", "craft"], [("Porto", "Portugal"), ("Coimbra", "Portugal"), ("Seville", "Spain"), ("Tunis", "Tunisia"), ("Isfahan", "Iran")]),
        [Motif.Autumn] = new(
            ["One tree, one week a year.", "It let go of everything while I was changing lenses.", "The whole street smells of it.", "Went out for bread, came back with this.", "Standing in the middle of a field like it owns the place.", "Every year I think it can't be that colour."],
            ["trees", "seasons", "colour", "nature"], [("Kyoto", "Japan"), ("Vermont", "United States"), ("Englischer Garten", "Germany"), ("Hallerbos", "Belgium")]),
        [Motif.Cabin] = new(
            ["Left the light on so that I find back.", "Eleven steps from the door to the stove.", "Snowed in, no complaints.", "The neighbours are spruces.", "Soup, socks, silence.", "We drew lots for who fetches the wood."],
            ["cabin", "snow", "winter", "cosy"], [("Lapland", "Finland"), ("Karelia", "Finland"), ("Hemsedal", "Norway"), ("Quebec", "Canada")]),
        [Motif.Rain] = new(
            ["The street twice.", "Everyone runs, I stand.", "Rain is free neon.", "Somebody with an umbrella, somebody always.", "Shoes ruined, card full.", "After the last show."],
            ["rain", "night", "neon", "streetphotography"], [("Shinjuku, Tokyo", "Japan"), ("Mong Kok", "Hong Kong"), ("Seoul", "South Korea"), ("Accra", "Ghana")]),
        [Motif.StillLife] = new(
            ["Window on one side, patience on the other.", "Breakfast, before anyone was allowed to eat it.", "Moved one of them a centimetre. Then back.", "From the market, straight onto the table.", "The old masters had better fruit.", "North light and a tablecloth."],
            ["stilllife", "light", "fruit", "kitchen"], [("Bologna", "Italy"), ("Aix-en-Provence", "France"), ("Porto", "Portugal")]),
        [Motif.Silhouette] = new(
            ["Asked strangers to stand still. They did.", "We came for the view and became it.", "No faces needed.", "The sun, for scale.", "Same hill as last year.", "They don't know they are in this. Now they do."],
            ["silhouette", "sun", "people", "sky"], [("Table Mountain", "South Africa"), ("Arthur's Seat", "Scotland"), ("Cerro San Luis", "Mexico"), ("Jebel Toubkal", "Morocco")]),
        [Motif.Harbour] = new(
            ["Anchored, finally.", "Not a ripple, until the dog jumped.", "The tall one is ours. I wish.", "Harbour master says good morning.", "Two of everything today.", "We'll leave when the wind does."],
            ["harbour", "boats", "sailing", "reflection"], [("Cascais", "Portugal"), ("Marstrand", "Sweden"), ("Hvar", "Croatia"), ("Bergen", "Norway")]),
        [Motif.Balloons] = new(
            ["Got up at 4:30, complained until 5:10, then this.", "You hear them before you see them.", "Eleven and counting.", "The basket creaks. Nobody mentions it.", "They all go where the wind goes. Good plan.", "Waved. Somebody waved back."],
            ["balloons", "sky", "travel", "aerial"], [("Göreme", "Türkiye"), ("Bagan", "Myanmar"), ("Château-d'Oex", "Switzerland")]),
        [Motif.Spiral] = new(
            ["Looked down so you don't have to.", "142 steps. The lift was right there.", "The guard asked what I was lying on the railing for.", "Round and round and down.", "Somebody drew this with a compass and then built it.", "Dizzy, in a good way."],
            ["spiral", "staircase", "architecture", "geometry"], [("Vatican Museums", "Vatican City"), ("Melk Abbey", "Austria"), ("Jaipur", "India"), ("Chicago", "United States")]),
        [Motif.Lavender] = new(
            ["The lines all meet where we had lunch.", "Bees louder than the road.", "Walked one row to the end and came back in the next.", "The tree is the only thing taller than the farmer.", "You can smell this picture.", "Perspective lesson, outdoors."],
            ["fields", "countryside", "lines", "landscape"], [("Valensole", "France"), ("Lisse", "Netherlands"), ("Munnar", "India"), ("Luoping", "China")]),
        [Motif.Shore] = new(
            ["From 80 metres up it is a painting.", "Three waves, three opinions about where the beach ends.", "Straight down. My favourite direction.", "The sea is drawing again.", "Nobody down there knows how good they look.", "Tide table on the fridge, drone on the table."],
            ["aerial", "beach", "coast", "drone"], [("Reynisfjara", "Iceland"), ("Praia da Falésia", "Portugal"), ("Elafonisi", "Greece"), ("Byron Bay", "Australia")]),
        [Motif.Ink] = new(
            ["Twelve drops and a comb.", "Looks like a river delta, is five centimetres wide.", "The paper decides.", "Day 41 of marbling. Still no control, thankfully.", "Gold only at the very end.", "Turn it upside down and it's another one."],
            ["abstract", "ink", "marbling", "texture"], [("Bologna", "Italy"), ("Istanbul", "Türkiye"), ("Lyon", "France")]),
    };

    public string Caption(Random random)
    {
        var tags = Tags.OrderBy(_ => random.Next()).Take(random.Next(1, 4)).Select(tag => $"#{tag}");
        return $"{Lines[random.Next(Lines.Length)]} {string.Join(' ', tags)}";
    }

    /// <summary>Two of three posts say where.</summary>
    public Place? Where(Random random)
    {
        var (name, country) = Places[random.Next(Places.Length)];
        return random.Next(3) > 0 ? new(name, country) : null;
    }
}
