using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WebApp.Platform.Data;
using WebApp.Tests.Support;

namespace WebApp.Tests.Platform.Data;

public sealed class SchemaTests
{
    // Every column with type, nullability and default; every index and constraint by definition. The history table is EF's own.
    private const string Describe = """
        SELECT format('column %s.%s %s null=%s default=%s identity=%s', table_name, column_name, format_type(a.atttypid, a.atttypmod), is_nullable, column_default, identity_generation)
        FROM information_schema.columns c
        JOIN pg_attribute a ON a.attrelid = c.table_name::regclass AND a.attname = c.column_name
        WHERE table_schema = 'public' AND table_name <> '__EFMigrationsHistory'
        UNION ALL
        SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> '__EFMigrationsHistory'
        UNION ALL
        SELECT format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND conrelid <> 0 AND conrelid::regclass::text <> '"__EFMigrationsHistory"'
        ORDER BY 1
        """;

    [Test]
    public async Task The_migrations_make_the_schema_that_the_model_describes()
    {
        await using var app = await TestApp.StartAsync();
        var fromMigrations = await LinesAsync(app.ConnectionString);
        var empty = await TestServer.NewEmptyDatabaseAsync();
        await using (var db = await app.Services.GetRequiredService<IDbContextFactory<AppDbContext>>().CreateDbContextAsync())
        {
            db.Database.SetConnectionString(empty);
            var script = db.Database.GenerateCreateScript();
            await using var source = NpgsqlDataSource.Create(empty);
            await using var create = source.CreateCommand(script);
            await create.ExecuteNonQueryAsync();
        }

        var fromModel = await LinesAsync(empty);
        Assert.That(fromMigrations, Is.EqualTo(fromModel));
        Assert.That(fromModel, Has.Count.GreaterThan(100));
    }

    // An update that changes a column of an index, or of its condition, writes a new entry into every index of the table.
    [TestCase("sessions", "refresh_seq", "refresh_rotated_at", "last_seen_at", "refresh_ip")]
    [TestCase("api_tokens", "last_used_at")]
    [TestCase("known_devices", "last_seen_at")]
    [TestCase("audit_chain", "head_seq", "head_hash")]
    [TestCase("due_work", "done_at")]
    public async Task No_index_depends_on_what_frequent_statements_write(string table, params string[] columns)
    {
        await using var source = NpgsqlDataSource.Create(TestApp.Shared.ConnectionString);
        await using var command = source.CreateCommand("""
            SELECT a.attname, ARRAY(SELECT d.objid::regclass::text FROM pg_depend d JOIN pg_index i ON i.indexrelid = d.objid WHERE d.refobjid = a.attrelid AND d.refobjsubid = a.attnum)
            FROM pg_attribute a WHERE a.attrelid = $1::regclass AND a.attname = ANY ($2)
            """);
        command.Parameters.Add(new() { Value = table });
        command.Parameters.Add(new() { Value = columns });
        await using var row = await command.ExecuteReaderAsync();
        var found = 0;
        for (; await row.ReadAsync(); found++)
        {
            Assert.That(row.GetFieldValue<string[]>(1), Is.Empty, row.GetString(0));
        }

        Assert.That(found, Is.EqualTo(columns.Length));
    }

    [Test]
    public void The_snapshot_is_of_the_present_model()
    {
        using var db = new DesignTimeContexts().CreateDbContext([]);
        Assert.That(db.Database.HasPendingModelChanges(), Is.False, "Generate it again: docs/decisions/0002-migrations-are-written-by-hand.md.");
    }

    [Test]
    public void A_start_knows_the_migrations_without_EF()
    {
        using var db = new DesignTimeContexts().CreateDbContext([]);
        var known = db.Database.GetMigrations().ToArray();
        Assert.That((SchemaUpgrade.Newest, SchemaUpgrade.Count), Is.EqualTo((known[^1], known.LongLength)));
    }

    [Test]
    public async Task Two_applications_can_start_at_once_on_an_empty_database()
    {
        var empty = await TestServer.NewEmptyDatabaseAsync();
        var apps = await Task.WhenAll(TestApp.StartAsync(empty), TestApp.StartAsync(empty), TestApp.StartAsync(empty));
        var migrations = await apps[0].QueryAsync<long>("SELECT count(*) FROM \"__EFMigrationsHistory\"");
        var keys = await apps[0].QueryAsync<long>("SELECT count(*) FROM signing_keys WHERE activates_at <= now()");
        foreach (var app in apps)
        {
            await app.DisposeAsync();
        }

        Assert.That(migrations, Is.EqualTo(typeof(AppDbContext).Assembly.GetTypes().Count(type => type.IsSubclassOf(typeof(Migration)))));
        Assert.That(keys, Is.EqualTo(1));
    }

    private static async Task<List<string>> LinesAsync(string connectionString)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(Describe);
        await using var reader = await command.ExecuteReaderAsync();
        List<string> lines = [];
        while (await reader.ReadAsync())
        {
            lines.Add(reader.GetString(0));
        }

        return lines;
    }
}
