using System.Numerics;
using static Tintype.Demo.Painting.Light;

namespace Tintype.Demo.Painting;

/// <summary>The light of an hour: the sky from top to horizon, what the sun adds, what shadows keep, and the haze between.</summary>
internal sealed record Hour(string Words, Vector3 Zenith, Vector3 Middle, Vector3 Horizon, Vector3 Sun, Vector3 Shade, Vector3 Haze, Grade Grade)
{
    public static readonly Hour Dawn = new("at dawn", Hex("6487b4"), Hex("dcb3b4"), Hex("ffdcb8"), Hex("ffb48c") * 1.7f, Hex("56689a"), Hex("e3bab2"), Grade.Warm);
    public static readonly Hour Morning = new("in clear morning light", Hex("2f6fb4"), Hex("86b4dc"), Hex("dfebf0"), Hex("fff0d4") * 1.5f, Hex("4a6a94"), Hex("b9d0e2"), Grade.Clean);
    public static readonly Hour Golden = new("in the golden hour", Hex("7093b4"), Hex("eec590"), Hex("ffb864"), Hex("ffac58") * 2f, Hex("60597a"), Hex("f0b67c"), Grade.Warm);
    public static readonly Hour Dusk = new("at dusk", Hex("26305e"), Hex("7a5a84"), Hex("f29468"), Hex("ff8a58") * 1.3f, Hex("3a4070"), Hex("8e6c88"), Grade.Cold);
    public static readonly Hour Blue = new("in the blue hour", Hex("0d1d40"), Hex("24447a"), Hex("9390ac"), Hex("94aee8") * 0.55f, Hex("1c2e58"), Hex("4a6094"), Grade.Cold);
    public static readonly Hour Storm = new("under a heavy sky", Hex("414b56"), Hex("76828c"), Hex("cfccbc"), Hex("ece2cc") * 0.9f, Hex("47525e"), Hex("9aa4aa"), Grade.Matte);

    public static Hour Draw(Plate plate) => plate.Pick(Dawn, Morning, Golden, Dusk, Blue, Storm);

    /// <summary>The clear sky at a height: 0 the horizon, 1 the top of the picture.</summary>
    public Vector3 Sky(float height) =>
        height < 0.4f ? Mix(Horizon, Middle, Step(-0.1f, 0.4f, height)) : Mix(Middle, Zenith, Step(0.3f, 1.05f, height));
}
