using System.Security.Cryptography;

namespace Tintype.Web.Fragments;

/// <summary>What two copies of the same markup differ by: where it stands, a <see cref="Composition"/> has a hole.</summary>
public enum Hole
{
    /// <summary>The antiforgery token of the page.</summary>
    Csrf,

    /// <summary>Path and query of the page, where its forms come back to.</summary>
    Path,

    /// <summary>The viewer's name and picture, in the navigation.</summary>
    Username, Picture,

    /// <summary>How long ago a post was made.</summary>
    Ago,

    /// <summary>Why a person is suggested.</summary>
    Why,

    /// <summary>Where a list begins, and where it goes on.</summary>
    Newest, Next,

    /// <summary>Pieces with compositions of their own: the first photo's address in the head, the cards, the rows of people.</summary>
    Preload, Cards, People,
}

/// <summary>
/// What stands in markup where a hole will be. Drawn anew by each process and never sent, so nobody can write one; letters and digits,
/// so no encoder changes it.
/// </summary>
internal static class Holes
{
    /// <summary>In front of every marker. It begins with a capital, as sentences do.</summary>
    public static readonly string Sign = "Z" + RandomNumberGenerator.GetHexString(24, lowercase: true);

    /// <summary>The marker of <see cref="Hole.Newest"/>, which has to be an id: beyond those of the next decades.</summary>
    public static readonly PostId Newest = new(long.MaxValue - RandomNumberGenerator.GetInt32(int.MaxValue) * 1024L);

    /// <summary>Of any marker but <see cref="Newest"/>.</summary>
    public static readonly int Length = Sign.Length + 1;

    public static string Of(Hole hole) => Sign + (char)('a' + (int)hole);

    public static Hole At(string markup, int sign) => (Hole)(markup[sign + Sign.Length] - 'a');
}
