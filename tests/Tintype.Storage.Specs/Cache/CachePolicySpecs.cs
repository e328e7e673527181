using System.Globalization;
using System.Reflection;
using Tintype.Storage.Cache;
using Xunit;

namespace Tintype.Storage.Specs.Cache;

public sealed class CachePolicySpecs
{
    [Fact]
    public void Every_cache_stands_in_the_table_of_the_docs_with_size_lifetime_and_reason()
    {
        var page = File.ReadAllText(Path.Combine(Root(), "docs", "caching.md"));

        Assert.All(CachePolicies.All, cache => Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"| {cache.Name} | {cache.Entries:N0} | {cache.Megabytes} | {Lifetime(cache.Longest)} | {(cache.WhenHeard is null ? "" : Lifetime(cache.Lifetime))} | {(cache.IsShared ? "yes" : "no")} | {cache.Reason} |"), page, StringComparison.Ordinal));
    }

    [Fact]
    public void A_lifetime_while_words_are_heard_is_longer_than_that_without()
    {
        Assert.All(CachePolicies.All.Where(cache => cache.WhenHeard is not null), cache => Assert.True(cache.LifetimeWhen(isDeaf: false) > cache.LifetimeWhen(isDeaf: true)));
    }

    [Fact]
    public void Every_cache_is_in_the_list_under_a_name_of_its_own()
    {
        var declared = typeof(CachePolicies).GetFields(BindingFlags.Static | BindingFlags.Public).Select(field => field.GetValue(null)).OfType<CachePolicy>().ToList();

        Assert.Equal(declared.Order(Comparer<CachePolicy>.Create((one, other) => string.CompareOrdinal(one.Name, other.Name))), CachePolicies.All.OrderBy(cache => cache.Name, StringComparer.Ordinal));
        Assert.Equal(declared.Count, declared.Select(cache => cache.Name).Distinct().Count());
    }

    [Theory]
    [InlineData("anna")]
    [InlineData("two words: ä €")]
    [InlineData("a\r\nb")]
    public void A_shared_key_is_visible_ASCII_of_a_length_every_server_takes(string key)
    {
        foreach (var long_ in new[] { key, string.Concat(Enumerable.Repeat(key, 100)) })
        {
            var shared = CacheKeys.Renewal(CacheKeys.Shared(CachePolicies.SearchPeople, long_));
            Assert.InRange(shared.Length, 1, 200);
            Assert.All(shared, letter => Assert.InRange(letter, '!', '~'));
        }
    }

    private static string Lifetime(TimeSpan span) => span < TimeSpan.FromMinutes(1) ? $"{span.TotalSeconds} s" : $"{span.TotalMinutes} min";

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Tintype.slnx")))
        {
            folder = folder.Parent!;
        }
        return folder.FullName;
    }
}
