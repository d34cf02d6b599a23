using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WebApp.Platform.Data;
using WebApp.Platform.Mail;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Platform.Data;

/// <summary>A node of an earlier version writes to the schema of this one: what it does not know is left out of its rows.</summary>
public sealed class UpgradeTests
{
    [Test]
    public async Task A_column_that_a_table_got_later_can_be_left_out()
    {
        await using var app = await TestApp.StartAsync();
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContextAsync();
        var empty = await TestServer.NewEmptyDatabaseAsync();
        db.Database.SetConnectionString(empty);
        Dictionary<string, HashSet<string>> known = [];
        List<string> later = [];
        foreach (var migration in db.Database.GetMigrations())
        {
            await db.GetService<IMigrator>().MigrateAsync(migration);
            var tables = (await ColumnsAsync(empty)).ToLookup(column => column.Table);
            foreach (var table in tables)
            {
                later.AddRange(known.TryGetValue(table.Key, out var before) ? table.Select(column => column.Name).Except(before).Select(name => $"{table.Key}.{name}") : []);
            }

            known = tables.ToDictionary(table => table.Key, table => table.Select(column => column.Name).ToHashSet());
        }

        Assert.That(later, Has.Member("outbox_messages.channel").And.Member("known_devices.browser_id").And.Member("security_events.seq"));
        var needed = (await ColumnsAsync(empty)).Where(column => column.IsNeeded).Select(column => $"{column.Table}.{column.Name}");
        Assert.That(later.Intersect(needed), Is.Empty, "They need a default, or may be null.");
    }

    [Test]
    public async Task A_message_of_a_node_that_knows_no_channels_is_sent_as_mail()
    {
        var app = TestApp.Shared;
        var to = $"upgrade-{Guid.NewGuid():N}@example.org";
        var body = app.Services.GetRequiredService<OutboxCipher>().Seal(new(Guid.CreateVersion7(), to, new("From an earlier version", "It came.", "<p>It came.</p>")));
        await app.QueryAsync<object>(
            "INSERT INTO outbox_messages (id, kind, body, created_at, attempts, next_attempt_at) VALUES (gen_random_uuid(), 'test', $1, now(), 0, now())", body);
        Assert.That(await Mailbox.OfSubjectAsync(to, "From an earlier version"), Does.Contain("It came."));
        await Patience.UntilAsync(async () => await app.QueryAsync<long>("SELECT count(*) FROM outbox_messages WHERE kind = 'test' AND sent_at IS NULL") == 0);
    }

    private static async Task<List<(string Table, string Name, bool IsNeeded)>> ColumnsAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var select = new NpgsqlCommand(
            "SELECT table_name::text, column_name::text, is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO' FROM information_schema.columns WHERE table_schema = 'public'", connection);
        await using var row = await select.ExecuteReaderAsync();
        List<(string, string, bool)> columns = [];
        while (await row.ReadAsync())
        {
            columns.Add((row.GetString(0), row.GetString(1), row.GetBoolean(2)));
        }

        return columns;
    }
}
