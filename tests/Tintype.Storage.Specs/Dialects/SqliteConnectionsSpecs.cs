using Tintype.Storage.Dialects.Sqlite;
using Xunit;

namespace Tintype.Storage.Specs.Dialects;

public sealed class SqliteConnectionsSpecs
{
    [Fact]
    public void A_rush_of_readers_leaves_a_few_connections_behind_and_no_more()
    {
        var folder = Directory.CreateTempSubdirectory("tintype-sqlite-").FullName;
        using (var connections = new SqliteConnections(Path.Combine(folder, "rush.db"), TimeSpan.FromSeconds(5)))
        {
            connections.OpenWriter().Dispose();
            var rush = Enumerable.Range(0, 100).Select(_ => connections.TakeReader()).ToList();
            Assert.Equal(0, connections.Idle);

            rush.ForEach(connections.GiveBack);

            Assert.Equal(SqliteConnections.MostIdle, connections.Idle);
            connections.GiveBack(connections.TakeReader());
            Assert.Equal(SqliteConnections.MostIdle, connections.Idle);
        }
        Directory.Delete(folder, recursive: true);
    }
}
