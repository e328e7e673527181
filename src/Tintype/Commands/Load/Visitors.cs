using System.Globalization;

namespace Tintype.Commands.Load;

/// <summary>Somebody who visits, with a bearer token.</summary>
internal sealed record Visitor(string Username, string Token);

/// <summary>Reads what <c>tintype population --tokens</c> wrote.</summary>
internal static class Visitors
{
    /// <exception cref="SettingsException">The file is not there or has no line "username token".</exception>
    public static async Task<IReadOnlyList<Visitor>> ReadAsync(string file, CancellationToken cancel)
    {
        if (!File.Exists(file))
        {
            throw new SettingsException(string.Create(CultureInfo.InvariantCulture, $"There is no file {file}. Write one with: tintype population --tokens {file}"));
        }
        var visitors = new List<Visitor>();
        await foreach (var line in File.ReadLinesAsync(file, cancel))
        {
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var username, var token])
            {
                visitors.Add(new Visitor(username, token));
            }
        }
        return visitors.Count > 0 ? visitors : throw new SettingsException($"{file} has no line \"username token\".");
    }
}
