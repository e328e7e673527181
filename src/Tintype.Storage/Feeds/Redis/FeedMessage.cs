using System.Buffers.Binary;

namespace Tintype.Storage.Feeds.Redis;

/// <summary>What a message is about. Only those after <see cref="Beat"/> have a number of their own; a beat repeats the last one.</summary>
internal enum FeedNews : byte { Beat, Push, Remove, Drop, Note, Forget }

/// <summary>
/// A message on the feeds' channel: kind (1 byte), publisher, its number, a number (the post, 0 for none), another (the generation, for
/// what was noted), and people, 8 bytes each. A thousand deliveries are one message of 8 KB.
/// </summary>
internal static class FeedMessage
{
    private const int Header = 33;

    public static byte[] Pack(FeedNews news, long publisher, long number, long post, long generation, ReadOnlySpan<AccountId> people)
    {
        var bytes = new byte[Header + 8 * people.Length];
        bytes[0] = (byte)news;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(1), publisher);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(9), number);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(17), post);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(25), generation);
        for (var i = 0; i < people.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(Header + 8 * i), people[i].Value);
        }
        return bytes;
    }

    /// <returns>False for what is none: a newer Tintype's, or somebody else's.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out FeedNews news, out long publisher, out long number, out long post, out long generation, out AccountId[] people)
    {
        (news, publisher, number, post, generation, people) = (default, 0, 0, 0, 0, []);
        if (bytes.Length < Header || bytes[0] > (byte)FeedNews.Forget || (bytes.Length - Header) % 8 != 0)
        {
            return false;
        }
        news = (FeedNews)bytes[0];
        publisher = BinaryPrimitives.ReadInt64LittleEndian(bytes[1..]);
        number = BinaryPrimitives.ReadInt64LittleEndian(bytes[9..]);
        post = BinaryPrimitives.ReadInt64LittleEndian(bytes[17..]);
        generation = BinaryPrimitives.ReadInt64LittleEndian(bytes[25..]);
        people = new AccountId[(bytes.Length - Header) / 8];
        for (var i = 0; i < people.Length; i++)
        {
            people[i] = new(BinaryPrimitives.ReadInt64LittleEndian(bytes[(Header + 8 * i)..]));
        }
        return true;
    }
}
