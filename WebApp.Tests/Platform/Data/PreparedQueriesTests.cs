using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WebApp.Platform.Data;
using WebApp.Tests.Support;

namespace WebApp.Tests.Platform.Data;

public sealed class PreparedQueriesTests
{
    [Test]
    public async Task A_statement_is_prepared_once_it_is_frequent()
    {
        await using var connection = new NpgsqlConnection(TestApp.Shared.ConnectionString);
        await connection.OpenAsync();
        var queries = Queries(isPooled: false);
        for (var execution = 1; execution <= PreparedQueries.OftenFrom + 1; execution++)
        {
            Assert.That(await IsPreparedAsync(queries, connection, "SELECT 1 AS frequent"), Is.EqualTo(execution >= PreparedQueries.OftenFrom), $"{execution}");
        }
    }

    [Test]
    public async Task The_context_of_the_application_prepares_what_it_sends_often()
    {
        await using var app = await TestApp.StartAsync(); // The statements of other tests may have reached the limit of the shared one.
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContextAsync();
        await db.Database.OpenConnectionAsync();
        for (var execution = 1; execution <= PreparedQueries.OftenFrom; execution++)
        {
            await db.Users.TagWith("often").CountAsync();
        }

        var prepared = await db.Database.SqlQuery<string>($"SELECT statement AS \"Value\" FROM pg_prepared_statements").ToListAsync();
        Assert.That(prepared, Has.One.Contains("often"));
    }

    [Test]
    public async Task Statements_beyond_the_limit_are_sent_as_they_are()
    {
        await using var connection = new NpgsqlConnection(TestApp.Shared.ConnectionString);
        await connection.OpenAsync();
        var queries = Queries(isPooled: false);
        var prepared = 0;
        for (var text = 0; text < PreparedQueries.MostPrepared + 10; text++)
        {
            for (var execution = 1; execution < PreparedQueries.OftenFrom; execution++)
            {
                await IsPreparedAsync(queries, connection, $"SELECT {text}");
            }

            prepared += await IsPreparedAsync(queries, connection, $"SELECT {text}") ? 1 : 0;
        }

        Assert.That(prepared, Is.EqualTo(PreparedQueries.MostPrepared));
    }

    [Test]
    public async Task Behind_a_pooler_nothing_is_prepared()
    {
        await using var connection = new NpgsqlConnection(TestApp.Shared.ConnectionString);
        await connection.OpenAsync();
        var queries = Queries(isPooled: true);
        for (var execution = 1; execution <= PreparedQueries.OftenFrom + 1; execution++)
        {
            Assert.That(await IsPreparedAsync(queries, connection, "SELECT 1 AS pooled"), Is.False);
        }
    }

    private static PreparedQueries Queries(bool isPooled) => new(new PreparedDatabase(null!, null!, new DatabaseSettings("", "", isPooled)));

    private static async Task<bool> IsPreparedAsync(PreparedQueries queries, NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await queries.NonQueryExecutingAsync(command, null!, default(InterceptionResult<int>));
        return command.IsPrepared;
    }
}
