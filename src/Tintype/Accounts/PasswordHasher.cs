using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Konscious.Security.Cryptography;

namespace Tintype.Accounts;

internal enum PasswordCheck
{
    Wrong,
    Right,
    /// <summary>Right, but hashed with other parameters than today's: hash it anew.</summary>
    RightButOutdated,
}

/// <summary>
/// Argon2id (RFC 9106) in PHC string form: <c>$argon2id$v=19$m=19456,t=2,p=1$salt$hash</c>. A hash takes its memory and tens of
/// milliseconds of a core, so at most as many run at once as there are cores, and a queue too long is refused rather than waited for.
/// </summary>
internal sealed class PasswordHasher(Settings settings) : IDisposable
{
    private const int Passes = 2;
    private const int Lanes = 1;
    private const int SaltBytes = 16;
    private const int HashBytes = 32;

    // About five seconds of work for one core at 40 ms a hash: who waits longer has given up.
    private const int MaxWaiting = 128;

    private readonly SemaphoreSlim running = new(Environment.ProcessorCount);
    private int waiting;
    private long hashes;

    /// <summary>How many hashes this process has made: nearly all the work that logging in costs.</summary>
    public long Hashes => Interlocked.Read(ref hashes);

    /// <exception cref="BadHttpRequestException">503: too many are waiting.</exception>
    public async Task<string> HashAsync(string password)
    {
        var memory = settings.Accounts.Argon2MemoryKiB;
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        var hash = await DeriveAsync(password, salt, memory, Passes, Lanes, HashBytes);
        return string.Create(CultureInfo.InvariantCulture, $"$argon2id$v=19$m={memory},t={Passes},p={Lanes}${Text(salt)}${Text(hash)}");
    }

    /// <summary>Checks a password. With no stored hash it does the same work, and says wrong: an unknown name costs what a known one does.</summary>
    /// <param name="stored">PHC string, or empty for an account that is not there or has no password.</param>
    /// <exception cref="BadHttpRequestException">503: too many are waiting.</exception>
    public async Task<PasswordCheck> CheckAsync(string password, string stored)
    {
        var known = Parsed.Of(stored);
        var like = known ?? new Parsed(settings.Accounts.Argon2MemoryKiB, Passes, Lanes, new byte[SaltBytes], new byte[HashBytes]);
        var hash = await DeriveAsync(password, like.Salt, like.Memory, like.Passes, like.Lanes, like.Hash.Length);
        if (!CryptographicOperations.FixedTimeEquals(hash, like.Hash) || known is null)
        {
            return PasswordCheck.Wrong;
        }
        return (like.Memory, like.Passes, like.Lanes) == (settings.Accounts.Argon2MemoryKiB, Passes, Lanes) ? PasswordCheck.Right : PasswordCheck.RightButOutdated;
    }

    public void Dispose() => running.Dispose();

    private async Task<byte[]> DeriveAsync(string password, byte[] salt, int memory, int passes, int lanes, int length)
    {
        if (Interlocked.Increment(ref waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref waiting);
            throw new BadHttpRequestException("Very many people are logging in right now: try again in a moment", 503);
        }
        await running.WaitAsync();
        try
        {
            // NFKC: the same password from another keyboard is the same bytes.
            using var argon = new Argon2id(Encoding.UTF8.GetBytes(password.Normalize(NormalizationForm.FormKC)))
            {
                Salt = salt, MemorySize = memory, Iterations = passes, DegreeOfParallelism = lanes,
            };
            Interlocked.Increment(ref hashes);
            return await Task.Run(() => argon.GetBytesAsync(length));
        }
        finally
        {
            running.Release();
            Interlocked.Decrement(ref waiting);
        }
    }

    private static string Text(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    private sealed record Parsed(int Memory, int Passes, int Lanes, byte[] Salt, byte[] Hash)
    {
        /// <returns>Null for an empty text.</returns>
        /// <exception cref="FormatException">The stored text is not Argon2id in PHC form.</exception>
        public static Parsed? Of(string stored)
        {
            if (stored.Length == 0)
            {
                return null;
            }
            if (stored.Split('$') is not ["", "argon2id", "v=19", var costs, var salt, var hash] || costs.Split(',') is not [['m', '=', .. var memory], ['t', '=', .. var passes], ['p', '=', .. var lanes]])
            {
                throw new FormatException("A stored password hash is not Argon2id in PHC form.");
            }
            return new(Number(memory), Number(passes), Number(lanes), Bytes(salt), Bytes(hash));

            static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
            static byte[] Bytes(string text) => Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));
        }
    }
}
