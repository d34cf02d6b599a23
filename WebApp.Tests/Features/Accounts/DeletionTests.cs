using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WebApp.Features.Accounts;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Accounts;

/// <summary>Leaving, coming back, and being forgotten. On an application of its own: time jumps.</summary>
public sealed class DeletionTests
{
    private TestApp app = null!;
    private ApiClient api = null!;

    [OneTimeSetUp]
    public async Task Start() => api = new(app = await TestApp.StartAsync());

    [OneTimeTearDown]
    public ValueTask Stop() => app.DisposeAsync();

    [Test]
    public async Task It_ends_sessions_and_tokens_at_once()
    {
        var user = await app.CreateUserAsync();
        using var here = await PageClient.SignInAsync(app, user);
        using var elsewhere = await PageClient.SignInAsync(app, user);
        var program = await api.LoginAsync(user);
        var version = await app.QueryAsync<int>("SELECT token_version FROM users WHERE id = $1", user.Id);

        var refused = await here.PostFormAsync("/account/data/delete", ("Confirmation", "somebody@example.org"));
        Assert.That(refused.Text, Does.Contain("Enter the address of this account to confirm."));
        Assert.That(await IsAwaitedAsync(user), Is.False);
        var done = await here.PostFormAsync("/account/data/delete", ("Confirmation", user.Email));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(done.Location, Is.EqualTo("/login"), done.Text);
            Assert.That((await here.GetAsync("/login")).Text, Does.Contain("Your account is closed and will be deleted on"));
            Assert.That((await here.GetAsync("/account")).Status, Is.EqualTo(HttpStatusCode.Found));
            Assert.That((await elsewhere.GetAsync("/account")).Status, Is.EqualTo(HttpStatusCode.Found));
            Assert.That((await api.GetAsync("/me", program.Access)).Code, Is.EqualTo("token_revoked"));
            Assert.That((await api.PostAsync("/auth/refresh", new { refresh_token = program.Refresh })).Code, Is.EqualTo("token_revoked"));
            Assert.That((await LoginAsync(user)).Code, Is.EqualTo("invalid_credentials"));
            Assert.That(await app.QueryAsync<int>("SELECT token_version FROM users WHERE id = $1", user.Id), Is.GreaterThan(version));
            Assert.That((await Mailbox.NewestAsync(user.Email, "/not-me", app.BaseAddress)).Token, Is.Not.Empty);
        }
    }

    [Test]
    public async Task Signing_in_in_a_browser_brings_it_back_and_says_so()
    {
        var user = await DeletedAsync();
        var old = await app.QueryAsync<int>("SELECT token_version FROM users WHERE id = $1", user.Id);
        using var page = await PageClient.SignInAsync(app, user);

        Assert.That((await page.GetAsync("/account")).Text, Does.Contain("Welcome back. Your account will not be deleted."));
        Assert.That(await IsAwaitedAsync(user), Is.False);
        Assert.That((await LoginAsync(user)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM security_events WHERE user_id = $1 AND kind = 'deletion_undone'", user.Id), Is.EqualTo(1));
        Assert.That(await app.QueryAsync<int>("SELECT token_version FROM users WHERE id = $1", user.Id), Is.EqualTo(old), "what was ended stays ended");
    }

    [Test]
    public async Task A_wrong_password_or_half_a_sign_in_does_not()
    {
        var user = await DeletedAsync();
        await app.QueryAsync<object>("UPDATE users SET two_factor_enabled = true WHERE id = $1", user.Id);
        using var page = new PageClient(app);
        Assert.That((await page.LoginAsync(user with { Password = "wrong" })).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await page.LoginAsync(user)).Location, Does.StartWith("/login/mfa"));
        Assert.That(await IsAwaitedAsync(user), Is.True);
    }

    [Test]
    public async Task The_link_in_its_mail_stops_it()
    {
        var user = await DeletedAsync();
        using var owner = new PageClient(app);
        await owner.PostFormAsync("/not-me", ("Token", (await Mailbox.NewestAsync(user.Email, "/not-me", app.BaseAddress)).Token));
        Assert.That(await IsAwaitedAsync(user), Is.False);
    }

    [Test]
    public async Task After_thirty_days_no_row_holds_id_address_or_name()
    {
        await using var later = await TestApp.StartAsync();
        var name = $"Ada {Guid.NewGuid():N}";
        var user = await later.CreateUserAsync(name);
        var bystander = await later.CreateUserAsync();
        var client = new ApiClient(later);
        await client.LoginAsync(user, "My laptop");
        await client.PostAsync("/auth/login", new { email = user.Email, password = "wrong" });
        await client.PostAsync("/auth/forgot-password", new { email = user.Email });
        using (var other = await PageClient.SignInAsync(later, bystander))
        {
            await other.PostFormAsync("/account/email", ("Email", user.Email));
        }

        using var page = await PageClient.SignInAsync(later, user);
        var former = user.Email;
        var address = $"moved-{Guid.NewGuid():N}@example.org";
        await page.PostFormAsync("/account/password", ("CurrentPassword", "wrong"), ("NewPassword", "Velvet harbour 7 morning!"));
        await page.PostFormAsync("/account/email", ("Email", address));
        await page.PostFormAsync("/confirm-email-change", ("Token", (await Mailbox.NewestAsync(address, "/confirm-email-change", later.BaseAddress)).Token));
        await page.PostFormAsync("/account/data/delete", ("Confirmation", address));
        string[] traces = [user.Id.ToString(), user.Id.ToString("N"), former, address, name];
        Assert.That(await RowsWithAsync(later, traces), Is.Not.Empty, "the scan must be able to find something");

        var erasure = later.Services.GetRequiredService<AccountErasure>();
        later.Clock.Advance(TimeSpan.FromDays(29.9));
        await erasure.RunAsync(CancellationToken.None);
        Assert.That(await later.QueryAsync<long>("SELECT count(*) FROM users WHERE id = $1", user.Id), Is.EqualTo(1));

        later.Clock.Advance(TimeSpan.FromDays(0.2));
        using var late = new PageClient(later);
        Assert.That((await late.LoginAsync(new(Guid.Empty, address, user.Password))).Status, Is.EqualTo(HttpStatusCode.OK), "too late, even before the worker has come by");
        await erasure.RunAsync(CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await RowsWithAsync(later, traces), Is.Empty);
            Assert.That(await MailsToAsync(later, former, address), Is.Zero);
            Assert.That(await later.QueryAsync<long>("SELECT count(*) FROM security_events WHERE kind = 'account_erased'"), Is.EqualTo(1));
            Assert.That(await later.QueryAsync<long>("SELECT count(*) FROM users WHERE id = $1", bystander.Id), Is.EqualTo(1));
            Assert.That(await later.QueryAsync<long>("SELECT count(*) FROM security_events WHERE user_id = $1", bystander.Id), Is.Positive);
        }
    }

    private Task<Answer> LoginAsync(TestUser user) => api.PostAsync("/auth/login", new { email = user.Email, password = user.Password });

    private Task<bool> IsAwaitedAsync(TestUser user) => app.QueryAsync<bool>("SELECT deletion_requested_at IS NOT NULL FROM users WHERE id = $1", user.Id);

    private async Task<TestUser> DeletedAsync()
    {
        var user = await app.CreateUserAsync();
        using var page = await PageClient.SignInAsync(app, user);
        await page.PostFormAsync("/account/data/delete", ("Confirmation", user.Email));
        Assert.That(await IsAwaitedAsync(user), Is.True);
        return user;
    }

    /// <summary>Every row of every table, as text, in which one of the traces can be read.</summary>
    private static async Task<List<string>> RowsWithAsync(TestApp app, string[] traces)
    {
        List<string> tables = [];
        await using (var names = app.Database.CreateCommand("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'"))
        await using (var row = await names.ExecuteReaderAsync())
        {
            while (await row.ReadAsync())
            {
                tables.Add(row.GetString(0));
            }
        }

        List<string> found = [];
        foreach (var table in tables)
        {
            await using var scan = app.Database.CreateCommand(
                $"SELECT '{table}: ' || t::text FROM {table} t WHERE EXISTS (SELECT 1 FROM unnest($1) trace WHERE position(lower(trace) in lower(t::text)) > 0)");
            scan.Parameters.Add(new NpgsqlParameter { Value = traces });
            await using var row = await scan.ExecuteReaderAsync();
            while (await row.ReadAsync())
            {
                found.Add(row.GetString(0));
            }
        }

        return found;
    }

    private static async Task<int> MailsToAsync(TestApp app, params string[] addresses)
    {
        using var http = new HttpClient { BaseAddress = app.BaseAddress };
        var mailbox = await http.GetStringAsync(new Uri("/dev/mailbox.json", UriKind.Relative));
        return addresses.Count(address => mailbox.Contains(address, StringComparison.OrdinalIgnoreCase));
    }
}
