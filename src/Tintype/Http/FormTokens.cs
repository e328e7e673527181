using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Antiforgery;
using Tintype.Storage.Cache;

namespace Tintype.Http;

/// <summary>
/// The antiforgery tokens in pages. Making one is two rounds of encryption, as much as the rest of a page together; the token that goes
/// with a browser's cookie stays good for as long as the cookie, so it is remembered, and masked anew on each page: who can have
/// guesses of theirs compressed beside it, and measures lengths, never sees the same bytes twice (the attack called BREACH, 2013).
/// </summary>
/// <remarks>A masked token is a full stop and, in base64url, eight random bytes and the token XORed with what SHA-512 makes of them.</remarks>
internal sealed class FormTokens(IAntiforgery antiforgery, IServiceProvider services, CacheLevels levels)
{
    public const string Cookie = "tintype_csrf";

    private const char Masked = '.';
    private const int SeedBytes = 8;

    private readonly PromiseCache<string, byte[]> remembered = new(CachePolicies.FormTokens, levels);

    /// <summary>A token for the forms of one page; a browser without a good cookie is given one.</summary>
    public async ValueTask<string> IssueAsync(HttpContext http) =>
        http.Request.Cookies[Cookie] is { Length: > 0 } cookie && await remembered.GetAsync(KeyOf(cookie), _ => Task.FromResult(OfCookie(cookie))) is { } token
            ? Mask(token)
            : Mask(Base64Url.DecodeFromChars(antiforgery.GetAndStoreTokens(http).RequestToken));

    /// <summary>What the framework made, from what stood in a page; anything else as it is.</summary>
    public static string Unmask(string token)
    {
        if (token is not [Masked, ..] || !Base64Url.IsValid(token.AsSpan(1), out var length) || length <= SeedBytes)
        {
            return token;
        }
        var bytes = Base64Url.DecodeFromChars(token.AsSpan(1));
        Cover(bytes.AsSpan(0, SeedBytes), bytes.AsSpan(SeedBytes));
        return Base64Url.EncodeToString(bytes.AsSpan(SeedBytes));
    }

    private static string Mask(ReadOnlySpan<byte> token)
    {
        var bytes = new byte[SeedBytes + token.Length];
        RandomNumberGenerator.Fill(bytes.AsSpan(0, SeedBytes));
        token.CopyTo(bytes.AsSpan(SeedBytes));
        Cover(bytes.AsSpan(0, SeedBytes), bytes.AsSpan(SeedBytes));
        return Masked + Base64Url.EncodeToString(bytes);
    }

    private static void Cover(ReadOnlySpan<byte> seed, Span<byte> token)
    {
        Span<byte> input = stackalloc byte[SeedBytes + 1];
        Span<byte> cover = stackalloc byte[SHA512.HashSizeInBytes];
        seed.CopyTo(input);
        for (var at = 0; at < token.Length; at += cover.Length)
        {
            input[SeedBytes]++;
            SHA512.HashData(input, cover);
            for (var i = 0; i < cover.Length && at + i < token.Length; i++)
            {
                token[at + i] ^= cover[i];
            }
        }
    }

    // Keys of caches are shown to who looks after them; cookies are not for showing.
    private static string KeyOf(string cookie) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(cookie)).AsSpan(0, 16));

    /// <summary>Null when the cookie is none of ours: its browser needs another.</summary>
    private byte[]? OfCookie(string cookie)
    {
        var asked = new DefaultHttpContext { RequestServices = services };
        asked.Request.Headers.Cookie = $"{Cookie}={cookie}";
        var tokens = antiforgery.GetTokens(asked);
        return tokens.CookieToken is null ? Base64Url.DecodeFromChars(tokens.RequestToken) : null;
    }
}
