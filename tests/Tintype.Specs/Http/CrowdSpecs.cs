using System.Net;
using System.Net.Sockets;
using Tintype.Http;
using Tintype.Specs.Upload;
using Xunit;

namespace Tintype.Specs.Http;

/// <summary>More connections than the system lets a process have open: the real binary under a limit of open files.</summary>
public sealed class CrowdSpecs : IDisposable
{
    private const int OpenFiles = 1200, Crowd = 1500;

    private readonly string data = Directory.CreateTempSubdirectory("tintype-crowd-").FullName;

    public void Dispose() => Directory.Delete(data, recursive: true);

    [Fact]
    public async Task A_process_outlives_a_crowd_that_would_take_its_last_descriptor()
    {
        await using var server = await ServerProcess.StartAsync(data, OpenFiles);
        var crowd = new List<Socket>();
        try
        {
            for (var n = 0; n < Crowd; n++)
            {
                var one = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                crowd.Add(one);
                await one.ConnectAsync(IPAddress.Loopback, new Uri(server.Url).Port);
            }
            await World.Until(() => Task.FromResult(crowd.Count(IsHungUp) > 0), "whoever is too many is hung up on");
            Assert.True(crowd.Count(one => !IsHungUp(one)) >= Crowd / 4, "most of the room is for connections");
        }
        finally
        {
            crowd.ForEach(one => one.Dispose());
        }

        using var http = new HttpClient { BaseAddress = new Uri(server.Url) };
        await World.Until(() => AnswersAsync(http), "it answers as before");
    }

    [Theory]
    [InlineData(1024, 1, 512)]
    [InlineData(20_000, 1, 18_000)]
    [InlineData(20_000, 2, 9_000)]
    [InlineData(1_048_576, 1, 1_044_480)]
    [InlineData(100, 1, 50)]
    public void Room_is_left_for_files_and_databases(long descriptors, int each, long connections) =>
        Assert.Equal(connections, Sockets.MostConnections(descriptors, each));

    private static bool IsHungUp(Socket one) => one.Poll(0, SelectMode.SelectRead) && one.Available == 0;

    private static async Task<bool> AnswersAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync("/healthz/ready");
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
