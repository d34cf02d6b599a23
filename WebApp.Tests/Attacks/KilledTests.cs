using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Npgsql;
using WebApp.Tests.Support;

namespace WebApp.Tests.Attacks;

/// <summary>kill -9 in full flow: what was answered is there, nothing is half made, and the mail goes out.</summary>
[Category("Process")]
public sealed class KilledTests
{
    private const int Registering = 6;
    private const int RefreshTokenService = 6;
    private const int Enough = 40;

    private readonly ConcurrentBag<string> registered = [];
    private SmtpServer smtp = null!;
    private string database = null!;
    private NpgsqlDataSource source = null!;

    [OneTimeSetUp]
    public async Task MakeDatabase()
    {
        database = await TestServer.NewDatabaseAsync();
        source = NpgsqlDataSource.Create(database);
        smtp = new();
        smtp.Answers["MAIL"] = "451 not now";
    }

    [OneTimeTearDown]
    public async Task Close()
    {
        await source.DisposeAsync();
        await smtp.DisposeAsync();
    }

    [Test]
    public async Task Killed_amid_registrations_and_refreshes_it_loses_nothing_and_leaves_nothing_half_made()
    {
        Chain[] chains;
        await using (var app = await StartAsync())
        {
            chains = await Task.WhenAll(Enumerable.Range(0, RefreshTokenService).Select(_ => SignInAsync(app)));
            var clients = Task.WhenAll(
                [.. Enumerable.Range(0, Registering).Select(_ => RegisterOnAndOnAsync(app)), .. chains.Select(chain => chain.RefreshOnAndOnAsync(app))]);
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            while (registered.Count < Enough || chains.Sum(chain => chain.Refreshed) < Enough)
            {
                await Task.Delay(1, limit.Token);
            }

            await app.KillAsync();
            await clients;
        }

        await AssertNothingIsLostOrHalfMadeAsync();
        await using var next = await StartAsync();
        foreach (var chain in chains)
        {
            await chain.AssertGoesOnAsync(next, source);
        }

        smtp.Answers.Clear();
        await AssertEveryAccountGetsItsMailAsync();
    }

    // Refused mail comes back within 2 s at first; the grace outlasts the restart on any machine.
    private Task<AppProcess> StartAsync() => AppProcess.StartAsync(
        database, "Email__Smtp__Host=127.0.0.1", $"Email__Smtp__Port={smtp.Port}", "Email__From=accounts@example.org", "Tokens__RefreshGraceSeconds=300", "Password__QueueLength=1000", "Tokens__Issuer=https://accounts.example.org");

    private async Task<Chain> SignInAsync(AppProcess app)
    {
        using var http = app.NewClient();
        var (email, password) = NewAccount();
        Assert.That((await new ApiClient(http).PostAsync("/auth/register", new { email, password })).Status, Is.EqualTo(HttpStatusCode.Accepted));
        registered.Add(email);
        await QueryAsync<int>(
            """
            INSERT INTO users (id, email, normalized_email, user_name, normalized_user_name, password_hash, email_confirmed, created_at, token_version,
                phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count, email_codes_enabled)
            SELECT id, email, normalized_email, email, normalized_email, password_hash, true, created_at, 0, false, false, false, 0, false
            FROM registrations WHERE email = $1
            """,
            email);
        return new(await new ApiClient(http).LoginAsync(new(Guid.Empty, email, password)));
    }

    private async Task RegisterOnAndOnAsync(AppProcess app)
    {
        using var http = app.NewClient();
        while (true)
        {
            var (email, password) = NewAccount();
            try
            {
                var answer = await new ApiClient(http).PostAsync("/auth/register", new { email, password });
                Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.Accepted), answer.Text);
            }
            catch (HttpRequestException)
            {
                return;
            }

            registered.Add(email);
        }
    }

    // Digits alone: hundreds of these are made, and letters would now and then spell a piece of the address, which the policy refuses.
    private static (string Email, string Password) NewAccount() => ($"killed-{Guid.NewGuid():N}@example.org", TestUser.NewPassword());

    private async Task AssertNothingIsLostOrHalfMadeAsync()
    {
        var users = await QueryAsync<string[]>("SELECT array_agg(email::text) FROM registrations");
        TestContext.Out.WriteLine($"{registered.Count} registrations answered, {users!.Length} made");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(registered, Is.SubsetOf(users));
            Assert.That(await QueryAsync<long>("SELECT count(*) FROM one_time_secrets"), Is.EqualTo(users.Length));
            Assert.That(await QueryAsync<long>("SELECT count(*) FROM outbox_messages WHERE sent_at IS NULL AND failed_at IS NULL AND body IS NOT NULL"), Is.EqualTo(users.Length));
        }
    }

    private async Task AssertEveryAccountGetsItsMailAsync()
    {
        var users = await QueryAsync<string[]>("SELECT array_agg(email::text) FROM registrations");
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (await QueryAsync<long>("SELECT count(*) FROM outbox_messages WHERE sent_at IS NULL") > 0)
        {
            await Task.Delay(20, deadline.Token);
        }

        Assert.That(smtp.Received.SelectMany(mail => mail.To).Distinct(), Is.EquivalentTo(users!));
    }

    private async Task<T?> QueryAsync<T>(string sql, params object[] values)
    {
        await using var command = source.CreateCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        return await command.ExecuteScalarAsync() is T found ? found : default;
    }

    /// <summary>A client that refreshes as fast as it can, and keeps the last tokens it was given.</summary>
    private sealed class Chain(ApiTokens tokens)
    {
        private ApiTokens tokens = tokens;

        public int Refreshed { get; private set; }

        public async Task RefreshOnAndOnAsync(AppProcess app)
        {
            using var http = app.NewClient();
            while (true)
            {
                try
                {
                    var answer = await new ApiClient(http).PostAsync("/auth/refresh", new { refresh_token = tokens.Refresh });
                    Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK), answer.Text);
                    tokens = answer.Tokens;
                    Refreshed++;
                }
                catch (HttpRequestException)
                {
                    return;
                }
            }
        }

        /// <summary>The last token answered with is the row's; or the reply to its refresh was lost, and the same successor is given again.</summary>
        public async Task AssertGoesOnAsync(AppProcess app, NpgsqlDataSource source)
        {
            using var http = app.NewClient();
            var api = new ApiClient(http);
            var held = Sequence(tokens.Refresh);
            Assert.That(await RowAsync(source), Is.EqualTo(held).Or.EqualTo(held + 1));

            var refreshed = await api.PostAsync("/auth/refresh", new { refresh_token = tokens.Refresh });
            Assert.That(refreshed.Status, Is.EqualTo(HttpStatusCode.OK), refreshed.Text);
            Assert.That(await RowAsync(source), Is.EqualTo(held + 1), "a lost reply costs no second rotation");
            Assert.That(Sequence(refreshed.Tokens.Refresh), Is.EqualTo(held + 1));
            Assert.That((await api.PostAsync("/auth/refresh", new { refresh_token = tokens.Refresh })).Tokens.Refresh, Is.EqualTo(refreshed.Tokens.Refresh));
            Assert.That((await api.GetAsync("/me", tokens.Access)).Status, Is.EqualTo(HttpStatusCode.OK), "access tokens outlive the process");
            Assert.That((await api.PostAsync("/auth/refresh", new { refresh_token = refreshed.Tokens.Refresh })).Status, Is.EqualTo(HttpStatusCode.OK));
        }

        private async Task<int> RowAsync(NpgsqlDataSource source)
        {
            await using var command = source.CreateCommand("SELECT refresh_seq FROM sessions WHERE id = $1");
            command.Parameters.Add(new() { Value = tokens.SessionId });
            return (int)(await command.ExecuteScalarAsync())!;
        }

        private static int Sequence(string refreshToken)
        {
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(refreshToken.Split('.')[1]));
            return claims.RootElement.GetProperty("seq").GetInt32();
        }
    }
}
