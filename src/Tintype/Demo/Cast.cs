using Tintype.Demo.Painting;
using static Tintype.Demo.Painting.Motif;

namespace Tintype.Demo;

/// <summary>Somebody of the demo community.</summary>
/// <param name="Motifs">What they photograph; people who share some follow each other.</param>
internal sealed record CastMember(string Username, string Name, string Bio, params Motif[] Motifs)
{
    /// <summary>Most others follow them.</summary>
    public bool IsPopular { get; init; }
    public bool IsPrivate { get; init; }
    public string Website { get; init; } = "";
}

/// <summary>The made-up people of the demo. None of them exists.</summary>
internal static class Cast
{
    /// <summary>Whom the demo's log-in belongs to: follows much, so the feed is lively.</summary>
    public const string Visitor = "ines.duarte";

    public static readonly IReadOnlyList<CastMember> People =
    [
        new(Visitor, "Inês Duarte", "Lisbon. Film, ferries and tiles. I walk until the light is gone.", Azulejo, Facade, Harbour, Sea),
        new("noahlind", "Noah Lindqvist", "Northern winters. Cold hands, warm coffee.", Aurora, Cabin, Stars) { IsPopular = true },
        new("amara.o", "Amara Okafor", "Architect who looks up. Lagos ⇄ Porto.", Stairs, Spiral, Facade) { IsPopular = true, Website = "https://amara-okafor.example" },
        new("kenji_w", "Kenji Watanabe", "Night walks in the rain. 35 mm and nothing else.", Rain, City) { IsPopular = true },
        new("leila.haddad", "Leila Haddad", "Deserts, silence, long shadows.", Dunes, Silhouette, Stars),
        new("tomasz", "Tomasz Wójcik", "Mountain hut warden. The view changes every minute.", Alps, Ridges, Stars),
        new("sofia_rossi", "Sofia Rossi", "Painter of still things. Fruit waits for nobody.", StillLife, Leaves, Azulejo),
        new("mateo.rivas", "Mateo Rivas", "Sailing up the coast, slowly.", Harbour, Sea, Shore),
        new("hana.k", "Hana Kim", "Small things, close. Macro every morning.", Bokeh, Leaves),
        new("oluwaseun", "Oluwaseun Adeyemi", "City geometry and the people inside it.", City, Spiral, Stairs),
        new("freja", "Freja Madsen", "Forests in fog. I get up at four so you don't have to.", Forest, Ridges, Autumn) { IsPopular = true },
        new("diego_paz", "Diego Paz", "Drone in the bag, sand in the shoes.", Shore, Dunes, Lavender) { IsPopular = true },
        new("yuki.tanaka", "Yuki Tanaka", "Trees through the seasons. Kyoto.", Autumn, Leaves, Rain),
        new("priya.nair", "Priya Nair", "Tea country. Rows and rows of green.", Lavender, Ridges, Balloons),
        new("elliot", "Elliot Marsh", "Lighthouse keeper's grandson. Salt on every lens.", Sea, Harbour, Shore),
        new("zeynep", "Zeynep Aydın", "Balloons before breakfast. Cappadocia.", Balloons, Dunes, Azulejo),
        new("anouk.v", "Anouk Verhoeven", "Amsterdam. Windows, wherever they are.", Facade, Rain, City),
        new("marcus_t", "Marcus Tetteh", "Light, wall, shadow. That's it.", Stairs, Facade, Silhouette),
        new("chiara.b", "Chiara Bellini", "Marbled paper, ink and water. Studio in Bologna.", Ink, StillLife),
        new("ravi.s", "Ravi Subramanian", "Astrophotography from a dark roof.", Stars, Aurora) { Website = "https://darkroof.example" },
        new("lucia.mendez", "Lucía Méndez", "Sunsets are not a cliché, you are just busy.", Silhouette, Sea, Lavender) { IsPopular = true },
        new("jonas_weber", "Jonas Weber", "Hiking the long way round.", Alps, Forest, Ridges),
        new("mei.lin", "Mei Lin Chen", "Tiles, patterns, repetition, tiles.", Azulejo, Spiral, Ink),
        new("callum", "Callum Fraser", "Highlands. It's probably raining.", Ridges, Cabin, Sea),
        new("nadia.k", "Nadia Kowalczyk", "Autumn all year in my head.", Autumn, Forest, Leaves),
        new("samir", "Samir Benali", "Blue hour collector.", City, Harbour, Cabin),
        new("ingrid.h", "Ingrid Haugen", "Fjords from a small boat.", Alps, Aurora, Harbour),
        new("thabo", "Thabo Dlamini", "Dust, heat and the last ten minutes of sun.", Dunes, Silhouette, Balloons),
        new("camille.d", "Camille Dubois", "Provence. Purple until July.", Lavender, Facade, StillLife),
        new("arjun_m", "Arjun Mehta", "Staircases of the world, one by one.", Spiral, Stairs),
        new("rosa.almeida", "Rosa Almeida", "Granddaughter of a tile painter.", Azulejo, StillLife, Facade),
        new("finn", "Finn O'Connell", "Atlantic. Wet socks.", Shore, Sea, Rain),
        new("daria.v", "Daria Volkova", "Snow is a colour.", Cabin, Aurora, Forest),
        new("kwame.b", "Kwame Boateng", "Neon after midnight.", Rain, City, Bokeh),
        new("eva.novak", "Eva Nováková", "Dew, seeds, spiders. Mostly lying on the ground.", Bokeh, Leaves, Autumn),
        new("hugo.l", "Hugo Laurent", "Ink, agates, oil on water: abstract until it isn't.", Ink, Bokeh),
        new("aroha", "Aroha Ngata", "South Island. Big skies, small tent.", Stars, Alps, Ridges),
        new("bram", "Bram de Wit", "Flower fields by bike.", Lavender, Balloons, Harbour),
        new("salma.y", "Salma Yousef", "Just for friends.", Silhouette, StillLife, Facade) { IsPrivate = true },
        new("otto.g", "Otto Grünwald", "Retired baker. Learning to see.", Autumn, Cabin, Alps),
    ];
}
