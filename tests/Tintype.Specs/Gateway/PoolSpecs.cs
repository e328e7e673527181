using Tintype.Gateway;
using Xunit;

namespace Tintype.Specs.Gateway;

public sealed class PoolSpecs
{
    private static readonly string[] Roles = ["feed", "profile", "upload"];

    [Fact]
    public void A_list_of_addresses_is_a_pool_and_an_object_has_knobs()
    {
        var pools = Pool.Read("""
            { // comments are welcome
              "feed": ["http://10.0.0.1:5080", "http://10.0.0.2:5080/"],
              "upload": { "instances": ["http://10.0.0.3:5080"], "timeoutSeconds": 300, "mostRequests": 7 },
            }
            """, Roles);

        Assert.Equal(["feed", "upload"], pools.Select(pool => pool.Role));
        Assert.Equal(["http://10.0.0.1:5080", "http://10.0.0.2:5080"], pools[0].Instances);
        Assert.Equal((null, null), (pools[0].TimeoutSeconds, pools[0].MostRequests));
        Assert.Equal((300, 7), (pools[1].TimeoutSeconds, pools[1].MostRequests));
    }

    [Fact]
    public void Roles_that_share_instances_share_an_entry() =>
        Assert.Equal(["feed", "profile"], Pool.Read("""{ "feed, profile": ["http://10.0.0.1:5080"] }""", Roles).Select(pool => pool.Role));

    [Theory]
    [InlineData("""{ "feed": [ """, "not JSON")]
    [InlineData("""[]""", "not an object")]
    [InlineData("""{ "fed": [] }""", "'fed' is not a role")]
    [InlineData("""{ "feed": [], "feed,profile": [] }""", "'feed' stands there twice")]
    [InlineData("""{ "feed": 7 }""", "neither a list")]
    [InlineData("""{ "feed": [7] }""", "is not text")]
    [InlineData("""{ "feed": ["10.0.0.1:5080"] }""", "is not an address")]
    [InlineData("""{ "feed": ["http://10.0.0.1:5080/feed"] }""", "is not an address")]
    [InlineData("""{ "feed": {} }""", "has no instances")]
    [InlineData("""{ "feed": { "instances": [], "timeoutSeconds": 0 } }""", "timeoutSeconds")]
    [InlineData("""{ "feed": { "instances": [], "mostRequests": 0 } }""", "mostRequests")]
    [InlineData("""{ "feed": { "instances": [], "weight": 3 } }""", "weight")]
    public void What_makes_no_sense_says_why(string json, string why) =>
        Assert.Contains(why, Assert.Throws<PoolException>(() => Pool.Read(json, Roles)).Message, StringComparison.Ordinal);
}
