using Tintype.Servers;
using Tintype.Storage.Jobs;
using Tintype.Storage.Model;
using Xunit;

namespace Tintype.Storage.Specs.Jobs;

public sealed class FinishedJobsSpecs
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);
    private static readonly PostPublished Job = new(new(1), new(2));
    private static readonly OutboxRow Row = new() { Kind = PostPublished.Kind, Lane = PostPublished.Lane, Payload = OutboxMessage.Of(Job).Payload };

    [Fact]
    public async Task Who_waits_for_a_job_goes_on_when_it_has_run()
    {
        var finished = new FinishedJobs(runHere: true);
        var waiting = finished.WaitAsync(Job, Long, CancellationToken.None);
        Assert.False(waiting.IsCompleted);

        finished.Finished(Row);

        await waiting.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_job_that_ended_before_is_not_waited_for()
    {
        var finished = new FinishedJobs(runHere: true);
        finished.Finished(Row);

        await finished.WaitAsync(Job, Long, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_job_that_another_process_runs_is_waited_for_where_they_share_a_memory_server()
    {
        var server = await MemoryServer.SharedAsync(MemoryKind.Redis);
        var prefix = MemoryServer.OwnPrefix();
        await using var uploads = await server.ConnectAsync(prefix);
        await using var works = await server.ConnectAsync(prefix);
        var (finishedThere, finished) = (new FinishedJobs(runHere: true, works), new FinishedJobs(runHere: false, uploads));
        var waiting = finished.WaitAsync(Job, Long, CancellationToken.None);
        Assert.False(waiting.IsCompleted);

        // Until it is listened for, it may go unheard.
        var deadline = TimeProvider.System.GetUtcNow().AddSeconds(20);
        while (!waiting.IsCompleted)
        {
            Assert.True(TimeProvider.System.GetUtcNow() < deadline, "it is heard of");
            finishedThere.Finished(Row);
            await Task.Delay(20);
        }
    }

    [Fact]
    public void Nobody_waits_in_a_process_that_can_hear_of_no_jobs() =>
        Assert.True(new FinishedJobs(runHere: false).WaitAsync(Job, Long, CancellationToken.None).IsCompleted);

    [Fact]
    public async Task Nobody_waits_longer_than_they_said() =>
        await new FinishedJobs(runHere: true).WaitAsync(Job, TimeSpan.FromMilliseconds(1), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
}
