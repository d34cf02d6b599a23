using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WebApp.Features.Sessions;
using WebApp.Operations.LocalPostgres;
using WebApp.Platform.Changes;
using WebApp.Tests.Support;

namespace WebApp.Tests.Attacks;

/// <summary>Without its database the application lets nobody in, says so quickly, and comes back by itself.</summary>
[Category("Process")]
public sealed class DatabaseOutageTests
{
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(5);

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("webapp-outage-");
    private readonly Wire wire = new();
    private LocalServer server = null!;
    private TestApp app = null!;

    private ApiClient Api => new(app);

    [OneTimeSetUp]
    public async Task StartServerAndApplication()
    {
        await StartServerAsync();
        Reconnect();
        app = await TestApp.StartAsync(new NpgsqlConnectionStringBuilder(server.ConnectionString) { Port = wire.Port }.ConnectionString);
    }

    [OneTimeTearDown]
    public async Task StopBoth()
    {
        await app.DisposeAsync();
        await wire.DisposeAsync();
        await server.DisposeAsync();
        directory.Delete(recursive: true);
    }

    [Test]
    public async Task With_the_database_stopped_it_answers_503_and_recovers_with_what_was_revoked_meanwhile()
    {
        var user = await app.CreateUserAsync();
        var (good, doomed) = (await Api.LoginAsync(user), await Api.LoginAsync(user));
        var cookie = $"session={(await app.OpenBrowserSessionAsync(user)).Key.Reveal()}";
        Assert.That((await Api.GetAsync("/me", good.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await Api.GetAsync("/me", doomed.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await GetAsync("/account/sessions", cookie)).Status, Is.EqualTo(HttpStatusCode.OK));

        await server.DisposeAsync();
        await wire.CutAsync();
        await AssertNobodyIsLetInAsync(good, user, cookie);

        // Back in a place where the application does not find it yet: an operator is quicker.
        await StartServerAsync();
        await RevokeAsync(doomed.SessionId);
        await AssertNobodyIsLetInAsync(good, user, cookie);

        Reconnect();
        var since = Stopwatch.GetTimestamp();
        await Patience.UntilAsync(async () => (await Api.GetAsync("/me", good.Access)).Status == HttpStatusCode.OK);
        TestContext.Out.WriteLine($"served again after {Stopwatch.GetElapsedTime(since).TotalMilliseconds:0} ms");
        Assert.That((await Api.GetAsync("/me", doomed.Access)).Code, Is.EqualTo("token_revoked"));

        await Patience.UntilAsync(() => Task.FromResult(app.Services.GetRequiredService<ChangeFeed>().IsConnected));
        TestContext.Out.WriteLine($"heard again after {Stopwatch.GetElapsedTime(since).TotalMilliseconds:0} ms");
        await Patience.UntilAsync(async () => (await GetAsync("/health/ready")).Status == HttpStatusCode.OK); // Asked again once a second.
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await Api.GetAsync("/me", doomed.Access)).Code, Is.EqualTo("token_revoked"), "revoked while there was no LISTEN connection");
            Assert.That((await GetAsync("/account/sessions", cookie)).Status, Is.EqualTo(HttpStatusCode.OK));
            Assert.That((await Api.PostAsync("/auth/refresh", new { refresh_token = good.Refresh })).Status, Is.EqualTo(HttpStatusCode.OK), "nothing was half done");
        }
    }

    [Test]
    public async Task Without_the_database_it_stops_cleanly()
    {
        await using var cable = new Wire();
        var database = new NpgsqlConnectionStringBuilder(await TestServer.NewDatabaseAsync());
        cable.Connect(database.Port);
        database.Port = cable.Port;
        var stopping = await TestApp.StartAsync(database.ConnectionString);
        var tokens = await new ApiClient(stopping).LoginAsync(await stopping.CreateUserAsync());
        await new ApiClient(stopping).GetAsync("/me", tokens.Access);

        await cable.CutAsync();
        var since = Stopwatch.GetTimestamp();

        Assert.That(async () => await stopping.DisposeAsync(), Throws.Nothing);
        Assert.That(Stopwatch.GetElapsedTime(since), Is.LessThan(Quick));
    }

    private async Task AssertNobodyIsLetInAsync(ApiTokens tokens, TestUser user, string cookie)
    {
        var since = Stopwatch.GetTimestamp();
        using (Assert.EnterMultipleScope())
        {
            AssertUnavailable(await Api.GetAsync("/me", tokens.Access));
            AssertUnavailable(await Api.GetAsync("/sessions", tokens.Access));
            AssertUnavailable(await Api.GetAsync("/forward-auth", tokens.Access));
            AssertUnavailable(await GetAsync("/api/v1/forward-auth?redirect=1", cookie));
            AssertUnavailable(await Api.PostFormAsync("/tokens/introspect", tokens.Access, ("token", tokens.Access)));
            AssertUnavailable(await Api.PostFormAsync("/tokens/revoke", null, ("token", tokens.Refresh)));
            AssertUnavailable(await Api.PostAsync("/auth/refresh", new { refresh_token = tokens.Refresh }));
            AssertUnavailable(await Api.PostAsync("/auth/login", new { email = user.Email, password = user.Password }));
            AssertUnavailable(await Api.PostAsync("/auth/register", new { email = $"{Guid.NewGuid():N}@example.org", password = user.Password }));
            AssertUnavailable(await Api.PostAsync("/auth/forgot-password", new { email = user.Email }));

            var page = await GetAsync("/account/sessions", cookie);
            Assert.That((page.Status, page.MediaType), Is.EqualTo((HttpStatusCode.ServiceUnavailable, "text/html")));
            Assert.That(page.Text, Does.Contain("Temporarily unavailable"));
            Assert.That(page.Headers, Does.ContainKey("Retry-After"));
            Assert.That(page.Headers, Does.Not.ContainKey("Set-Cookie"), "nobody is signed out by an outage");
            Assert.That((await GetAsync("/health/ready")).Status, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
            Assert.That((await GetAsync("/health/live")).Status, Is.EqualTo(HttpStatusCode.OK));
            // What is written in batches waits, without bringing the application down.
            Assert.That(() => app.Services.GetRequiredService<LastSeen>().FlushAsync(CancellationToken.None), Throws.Nothing);
        }

        var took = Stopwatch.GetElapsedTime(since);
        TestContext.Out.WriteLine($"these refusals took {took.TotalMilliseconds:0} ms");
        Assert.That(took, Is.LessThan(Quick));
    }

    private static void AssertUnavailable(Answer answer)
    {
        Assert.That((answer.Status, answer.Code), Is.EqualTo((HttpStatusCode.ServiceUnavailable, "unavailable")));
        Assert.That(int.Parse(answer.Headers.GetValueOrDefault("Retry-After", "0")), Is.Positive);
    }

    private async Task StartServerAsync() => server = await LocalServer.StartAsync(new() { DataDirectory = directory.FullName }, CancellationToken.None);

    private void Reconnect() => wire.Connect(new NpgsqlConnectionStringBuilder(server.ConnectionString).Port);

    private async Task RevokeAsync(Guid session)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var command = source.CreateCommand("UPDATE sessions SET revoked_at = now() WHERE id = $1");
        command.Parameters.Add(new() { Value = session });
        Assert.That(await command.ExecuteNonQueryAsync(), Is.EqualTo(1));
    }

    private async Task<Answer> GetAsync(string path, string? cookie = null)
    {
        using var http = app.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        using var response = await http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }
}
