using System.Net;
using Microsoft.Extensions.DependencyInjection;
using NpgsqlTypes;
using WebApp.Operations.Doctor;
using WebApp.Platform.Changes;
using WebApp.Platform.Data;
using WebApp.Tests.Support;

namespace WebApp.Tests.Outages;

/// <summary>Two nodes behind PgBouncer in transaction mode, with a direct address for what lasts as long as a connection.</summary>
[Platform(Include = "Linux", Reason = "Runs PgBouncer.")]
[Category("Process")]
public sealed class PoolerTests
{
    private PostgresCluster server = null!;
    private PgBouncer pooler = null!;
    private TestApp one = null!;
    private TestApp other = null!;

    // Nothing here is about timeouts.
    private string Pooled => $"{PostgresCluster.ConnectionStringOf(pooler.Port)};Timeout=5;Command Timeout=10";

    [OneTimeSetUp]
    public async Task StartAll()
    {
        server = await PostgresCluster.StartAsync();
        pooler = await PgBouncer.StartAsync(server);
        string[] settings = [$"ConnectionStrings:PostgresDirect={server.AppConnectionString}", "Tokens:Issuer=http://pooled.example.org"];
        one = await TestApp.StartAsync(Pooled, settings: settings);
        other = await TestApp.StartAsync(Pooled, settings: settings);
        await ConnectedAsync(one);
        await ConnectedAsync(other);
    }

    [OneTimeTearDown]
    public async Task StopAll()
    {
        await other.DisposeAsync();
        await one.DisposeAsync();
        await pooler.DisposeAsync();
        await server.DisposeAsync();
    }

    [Test]
    public async Task Sign_in_refresh_and_revocation_work_on_both_nodes()
    {
        ApiClient here = new(one), there = new(other);
        var users = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => one.CreateUserAsync()));

        // More at once than the pooler has connections to the server.
        var tokens = await Task.WhenAll(users.Select(user => here.LoginAsync(user)));
        var refreshed = await Task.WhenAll(tokens.Select(async t => (await there.PostAsync("/auth/refresh", new { refresh_token = t.Refresh })).Tokens));
        foreach (var token in refreshed)
        {
            Assert.That((await there.GetAsync("/me", token.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
        }

        foreach (var token in refreshed[..10])
        {
            Assert.That((await here.PostAsync("/auth/logout", null, token.Access)).Status, Is.EqualTo(HttpStatusCode.NoContent));
            Assert.That((await here.GetAsync("/me", token.Access)).Code, Is.EqualTo("token_revoked"));
            await Patience.UntilAsync(async () => (await there.GetAsync("/me", token.Access)).Code == "token_revoked");
        }

        foreach (var token in refreshed[10..])
        {
            Assert.That((await there.GetAsync("/me", token.Access)).Status, Is.EqualTo(HttpStatusCode.OK), "others go on");
        }

        Assert.That((one.Services.GetRequiredService<ChangeFeed>().IsConnected, other.Services.GetRequiredService<ChangeFeed>().IsConnected), Is.EqualTo((true, true)));
    }

    [Test]
    public async Task The_doctor_says_where_the_direct_address_leads()
    {
        await using var scope = one.Services.CreateAsyncScope();
        var findings = await scope.ServiceProvider.GetRequiredService<DatabaseDiagnosis>().LookAsync(isServing: true, CancellationToken.None);
        Assert.That(findings.Select(finding => finding.Code), Does.Contain("database_direct").And.Contains("database_listener"));

        await server.QueryAsync("CREATE DATABASE elsewhere OWNER webapp");
        await using var astray = await TestApp.StartAsync(Pooled,
            settings: $"ConnectionStrings:PostgresDirect={server.AppConnectionString.Replace("Database=webapp", "Database=elsewhere", StringComparison.Ordinal)}");
        await using var inner = astray.Services.CreateAsyncScope();
        findings = await inner.ServiceProvider.GetRequiredService<DatabaseDiagnosis>().LookAsync(isServing: true, CancellationToken.None);
        Assert.That(findings.Select(finding => finding.Code), Does.Contain("database_direct_differs").And.Contains("database_listener_missing"));
    }

    [Test]
    public async Task Without_the_direct_address_a_node_knows_that_it_receives_no_changes_and_asks_the_database()
    {
        await using var alone = await TestApp.StartAsync(Pooled, settings: "Tokens:Issuer=http://pooled.example.org");
        ApiClient here = new(one), there = new(alone);
        var tokens = await here.LoginAsync(await one.CreateUserAsync());
        Assert.That((await there.GetAsync("/me", tokens.Access)).Status, Is.EqualTo(HttpStatusCode.OK));

        await here.PostAsync("/auth/logout", null, tokens.Access);

        Assert.That((await there.GetAsync("/me", tokens.Access)).Code, Is.EqualTo("token_revoked"));
        Assert.That(alone.Services.GetRequiredService<ChangeFeed>().IsConnected, Is.False);
    }

    [Test]
    public async Task Without_the_direct_address_a_node_prepares_no_statements()
    {
        await using var alone = await TestApp.StartAsync(Pooled, settings: "Tokens:Issuer=http://pooled.example.org");
        var database = alone.Services.GetRequiredService<PreparedDatabase>();

        // More at once than the pooler has connections to the server: a prepared statement would be executed where it does not exist.
        for (var round = 0; round < 10; round++)
        {
            Assert.That(await Task.WhenAll(Enumerable.Range(0, 20).Select(AskAsync)), Is.EqualTo(Enumerable.Range(0, 20)));
        }

        async Task<int> AskAsync(int value)
        {
            await using var reader = await database.ReadAsync("SELECT $1", [PreparedDatabase.Parameter(NpgsqlDbType.Integer, value)], CancellationToken.None);
            return await reader.ReadAsync() ? reader.GetInt32(0) : -1;
        }
    }

    private static Task ConnectedAsync(TestApp app) => Patience.UntilAsync(() => Task.FromResult(app.Services.GetRequiredService<ChangeFeed>().IsConnected));
}
