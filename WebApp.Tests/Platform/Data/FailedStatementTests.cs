using Npgsql;
using WebApp.Tests.Support;

namespace WebApp.Tests.Platform.Data;

/// <summary>One request's failed statement is nobody else's failure.</summary>
public sealed class FailedStatementTests : OwnApp
{
    [Test]
    public async Task A_statement_that_fails_spoils_none_that_come_after_it_on_its_connection()
    {
        for (var time = 0; time < 10; time++)
        {
            await using var command = App.Database.CreateCommand("SELECT 10 / $1, 7");
            command.Parameters.Add(new() { Value = time is 1 or 2 or 4 ? 0 : 2 });
            if (time is 1 or 2 or 4)
            {
                Assert.That(async () => await command.ExecuteScalarAsync(), Throws.InstanceOf<PostgresException>());
            }
            else
            {
                Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo(5), $"time {time}");
            }
        }
    }
}
