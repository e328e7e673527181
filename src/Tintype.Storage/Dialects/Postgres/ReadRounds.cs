using System.Collections;
using System.Data.Common;
using Npgsql;

namespace Tintype.Storage.Dialects.Postgres;

/// <summary>
/// Many reads side by side over one connection: each runs until it asks the database, and when all that have not ended have asked, their
/// statements go in one batch, one round trip. A page whose rows are on twenty shards of a server so costs one.
/// </summary>
/// <remarks>Source of the idea: Facebook's DataLoader (2015). Departure: reads are counted, so that a round goes out the moment it is full and no timer is needed.</remarks>
internal sealed class ReadRounds(NpgsqlConnection connection, CancellationToken cancel) : ICommands
{
    private readonly Lock gate = new();
    private List<Question> asked = [];
    private int thinking;

    /// <param name="reads">Each may await its statements only, one after the other.</param>
    public Task<T[]> RunAsync<T>(IReadOnlyList<Func<ICommands, Task<T>>> reads)
    {
        thinking = reads.Count;
        return Task.WhenAll(reads.Select(async read =>
        {
            try
            {
                return await read(this);
            }
            finally
            {
                Settle(null);
            }
        }));
    }

    public Task<IReadOnlyList<T>> QueryAsync<T>(Statement statement, object? args, int most, CancellationToken cancel)
    {
        var question = new Question<T>(PostgresCommands.InBatch(statement, args), most);
        Settle(question);
        return question.Answer;
    }

    public Task<int> ExecuteAsync(Statement statement, object? args, CancellationToken cancel) => throw ReadsOnly();

    public Task<int> ExecuteManyAsync(Statement statement, IEnumerable many, CancellationToken cancel) => throw ReadsOnly();

    public Task AddRowsAsync(string table, IReadOnlyList<IReadOnlyDictionary<string, object>> rows, CancellationToken cancel) => throw ReadsOnly();

    public Task AddRowsAsync(string table, RowBlock rows, CancellationToken cancel) => throw ReadsOnly();

    /// <summary>A read has asked, or ended; the last of a round sends it.</summary>
    private void Settle(Question? question)
    {
        List<Question> round;
        lock (gate)
        {
            if (question is not null)
            {
                asked.Add(question);
            }
            if (--thinking > 0 || asked.Count == 0)
            {
                return;
            }
            (round, asked) = (asked, []);
            thinking = round.Count;
        }
        _ = AskAsync(round);
    }

    /// <summary>Answers only once the connection is free again: whoever is answered may be the one to send the next round.</summary>
    private async Task AskAsync(List<Question> round)
    {
        try
        {
            await using (var batch = new NpgsqlBatch(connection))
            {
                foreach (var question in round)
                {
                    batch.BatchCommands.Add(question.Command);
                }
                await using var reader = await batch.ExecuteReaderAsync(cancel);
                foreach (var question in round)
                {
                    await question.ReadAsync(reader, cancel);
                    await reader.NextResultAsync(cancel);
                }
            }
            round.ForEach(question => question.Tell());
        }
        catch (Exception error)
        {
            round.ForEach(question => question.Fail(error));
        }
    }

    private static NotSupportedException ReadsOnly() => new("Reads of many shards do not write.");

    private abstract class Question(NpgsqlBatchCommand command)
    {
        public NpgsqlBatchCommand Command => command;
        public abstract Task ReadAsync(DbDataReader reader, CancellationToken cancel);
        public abstract void Tell();
        public abstract void Fail(Exception error);
    }

    private sealed class Question<TRow>(NpgsqlBatchCommand command, int most) : Question(command)
    {
        private readonly TaskCompletionSource<IReadOnlyList<TRow>> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private IReadOnlyList<TRow> rows = [];

        public Task<IReadOnlyList<TRow>> Answer => answer.Task;
        public override async Task ReadAsync(DbDataReader reader, CancellationToken cancel) => rows = await Rows.ReadAsync<TRow>(reader, most, cancel);
        public override void Tell() => answer.SetResult(rows);
        public override void Fail(Exception error) => answer.SetException(error);
    }
}
