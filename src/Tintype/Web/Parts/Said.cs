using System.Globalization;

namespace Tintype.Web.Parts;

/// <summary>Numbers and times as a person reads them.</summary>
internal static class Said
{
    /// <summary>999, 1,204, 12.4k, 3.1m.</summary>
    public static string Count(long n) => n switch
    {
        < 10_000 => n.ToString("N0", CultureInfo.InvariantCulture),
        < 999_500 => (n / 1000.0).ToString(n < 100_000 ? "0.#" : "0", CultureInfo.InvariantCulture) + "k",
        _ => (n / 1_000_000.0).ToString("0.#", CultureInfo.InvariantCulture) + "m",
    };

    /// <summary>"1 photo", "1,204 photos".</summary>
    public static string Count(long n, string one, string many) => $"{Count(n)} {(n == 1 ? one : many)}";

    /// <summary>"now", "5 min", "3 h", "2 d", "12 Mar", "12 Mar 2024".</summary>
    public static string Ago(DateTimeOffset at, DateTimeOffset now) => (now - at) switch
    {
        { TotalMinutes: < 1 } => "now",
        { TotalHours: < 1 } span => $"{(int)span.TotalMinutes} min",
        { TotalDays: < 1 } span => $"{(int)span.TotalHours} h",
        { TotalDays: < 7 } span => $"{(int)span.TotalDays} d",
        _ when at.Year == now.Year => at.ToString("d MMM", CultureInfo.InvariantCulture),
        _ => Day(at),
    };

    /// <summary>Words that are not empty, with a capital.</summary>
    public static string Sentence(string words) => char.ToUpperInvariant(words[0]) + words[1..];

    public static string Day(DateTimeOffset at) => at.ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    public static string Place(Views.PlaceView place) => place.Country is null ? place.Name : $"{place.Name}, {place.Country}";
}
