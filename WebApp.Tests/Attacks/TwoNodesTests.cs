using System.Diagnostics;
using System.Net;
using Npgsql;
using WebApp.Platform.Data.Encryption;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Attacks;

/// <summary>Two processes on one database: what ends on one is refused on the other, whether or not that one is notified. How soon, <c>./dev bench revocation</c> measures.</summary>
[Category("Process")]
public sealed class TwoNodesTests
{
    private const string OtherName = "the-other-node";

    private TestApp here = null!;
    private AppProcess other = null!;
    private HttpClient otherHttp = null!;

    private ApiClient Here => new(here);

    private ApiClient Other => new(otherHttp);

    [OneTimeSetUp]
    public async Task StartBoth()
    {
        here = await TestApp.StartAsync();
        var connection = new NpgsqlConnectionStringBuilder(here.ConnectionString) { ApplicationName = OtherName };
        other = await AppProcess.StartAsync(connection.ConnectionString, $"Tokens__Issuer={here.BaseAddress.GetLeftPart(UriPartial.Authority)}");
        otherHttp = other.NewClient();
        await ListenerAsync();
    }

    [OneTimeTearDown]
    public async Task StopBoth()
    {
        otherHttp.Dispose();
        await other.DisposeAsync();
        await here.DisposeAsync();
    }

    [Test]
    public async Task Logging_out_on_one_ends_the_session_on_the_other()
    {
        var tokens = await SignedInOnBothAsync(await here.CreateUserAsync());

        Assert.That((await Here.PostAsync("/auth/logout", null, tokens.Access)).Status, Is.EqualTo(HttpStatusCode.NoContent));

        await AssertRefusedAsync(tokens);
    }

    [Test]
    public async Task Logging_out_everywhere_on_one_node_ends_every_session_on_the_other()
    {
        var user = await here.CreateUserAsync();
        var (tokens, another) = (await SignedInOnBothAsync(user), await SignedInOnBothAsync(user));

        Assert.That((await Here.PostAsync("/auth/logout-everywhere", null, another.Access)).Status, Is.EqualTo(HttpStatusCode.NoContent));

        await AssertRefusedAsync(tokens);
    }

    [Test]
    public async Task A_password_reset_on_one_node_ends_sessions_on_the_other()
    {
        var user = await here.CreateUserAsync();
        var tokens = await SignedInOnBothAsync(user);
        await Here.PostAsync("/auth/forgot-password", new { email = user.Email });
        var mail = await Mailbox.NewestAsync(user.Email, "/reset-password", here.BaseAddress);

        var answer = await Here.PostAsync("/auth/reset-password", new { email = user.Email, code = mail.Code, new_password = TestUser.NewPassword("Velvet harbour") });

        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.NoContent), answer.Text);
        await AssertRefusedAsync(tokens);
    }

    [Test]
    public async Task A_browser_session_ended_on_one_is_signed_out_on_the_other()
    {
        var user = await here.CreateUserAsync();
        var tokens = await Here.LoginAsync(user);
        var (id, cookie) = await here.OpenBrowserSessionAsync(user);
        Assert.That(await PageAsync(cookie), Is.EqualTo(HttpStatusCode.OK));

        Assert.That((await Here.DeleteAsync($"/sessions/{id}", tokens.Access)).Status, Is.EqualTo(HttpStatusCode.NoContent));

        await Patience.UntilAsync(async () => await PageAsync(cookie) == HttpStatusCode.Redirect);
    }

    [Test]
    public async Task A_demoted_administrator_is_refused_on_the_other_and_a_promoted_one_let_in()
    {
        var (admin, user) = (await here.CreateAdminAsync(), await here.CreateUserAsync());
        var (keeper, tokens) = ((await Here.LoginAsync(admin)).Access, await SignedInOnBothAsync(user));
        Assert.That((await Other.GetAsync("/admin/roles", tokens.Access)).Code, Is.EqualTo("forbidden"));

        await Here.PutAsync($"/admin/users/{user.Id}/roles", new { roles = RoleUsers.Named("admin") }, keeper);
        await Patience.UntilAsync(async () => (await Other.GetAsync("/admin/roles", tokens.Access)).Status == HttpStatusCode.OK);

        await Here.PutAsync($"/admin/users/{user.Id}/roles", new { roles = Array.Empty<string>() }, keeper);
        await AssertRefusedAsync(tokens);
    }

    [Test]
    public async Task A_permission_or_a_group_taken_on_one_is_gone_on_the_other()
    {
        var (user, role) = await here.CreateUserWithAsync("roles.write");
        var (keeper, tokens) = ((await Here.LoginAsync(await here.CreateAdminAsync())).Access, await SignedInOnBothAsync(user));
        Assert.That((await Other.GetAsync("/admin/roles", tokens.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
        await Here.PutAsync($"/admin/roles/{role}", new { name = "nothing", permissions = Array.Empty<string>() }, keeper);
        await Patience.UntilAsync(async () => (await Other.GetAsync("/admin/roles", tokens.Access)).Code == "forbidden");

        var group = await Here.CreateGroupAsync(tokens.Access);
        await Patience.UntilAsync(async () => (await Other.GroupsAsync(tokens.Access)).Length == 1);
        await Here.PatchAsync($"/groups/{group}", new { name = "Band" }, tokens.Access);
        await Patience.UntilAsync(async () => (await Other.GroupsAsync(tokens.Access))[0] == ("Band", "owner"));
        await Here.DeleteAsync($"/groups/{group}", tokens.Access);
        await Patience.UntilAsync(async () => (await Other.GroupsAsync(tokens.Access)).Length == 0);
    }

    [Test]
    public async Task With_its_LISTEN_connection_ended_the_other_node_asks_the_database_and_connects_again()
    {
        var user = await here.CreateUserAsync();
        var (tokens, good) = (await SignedInOnBothAsync(user), await SignedInOnBothAsync(user));
        var (id, cookie) = await here.OpenBrowserSessionAsync(user);
        Assert.That(await PageAsync(cookie), Is.EqualTo(HttpStatusCode.OK));

        // A node that connects reloads the signing keys first. While they are locked, it stays disconnected.
        await using (var held = await here.Database.OpenConnectionAsync())
        {
            await ExecuteAsync(held, "BEGIN; LOCK TABLE signing_keys IN ACCESS EXCLUSIVE MODE");
            await KillListenerAsync();
            await Here.PostAsync("/auth/logout", null, tokens.Access);
            await AssertRefusedAsync(tokens);

            // Ended without a notification: only the database knows.
            await EndSilentlyAsync(id);
            Assert.That(await PageAsync(cookie), Is.EqualTo(HttpStatusCode.Redirect));
            Assert.That((await Other.GetAsync("/me", good.Access)).Status, Is.EqualTo(HttpStatusCode.OK), "a good session goes on");
            await ExecuteAsync(held, "ROLLBACK");
        }

        await ListenerAsync();
        await TrustsItsMemoryAsync(good);
    }

    [Test]
    public async Task A_session_ended_at_the_moment_the_listener_dies_is_refused()
    {
        var tokens = await SignedInOnBothAsync(await here.CreateUserAsync());

        await Task.WhenAll(KillListenerAsync(), Here.PostAsync("/auth/logout", null, tokens.Access));

        await AssertRefusedAsync(tokens);
        await ListenerAsync();
    }

    [Test]
    [Platform(Include = "Linux", Reason = "Stops the server's process for the listener with a signal.")]
    public async Task With_its_listener_stalled_the_other_asks_the_database()
    {
        var user = await here.CreateUserAsync();
        var (tokens, good) = (await SignedInOnBothAsync(user), await SignedInOnBothAsync(user));
        var stalled = await ListenerAsync();
        await SignalAsync("STOP", stalled);
        try
        {
            await Here.PostAsync("/auth/logout", null, tokens.Access);

            await Patience.UntilAsync(async () => (await Other.GetAsync("/me", tokens.Access)).Code == "token_revoked");
            Assert.That((await Other.GetAsync("/me", good.Access)).Status, Is.EqualTo(HttpStatusCode.OK), "a good session goes on");
            await ListenerAsync(except: stalled);
            await TrustsItsMemoryAsync(good);
        }
        finally
        {
            await SignalAsync("CONT", stalled);
        }
    }

    /// <summary>Tokens that the other node has seen and, while connected, accepts from memory.</summary>
    private async Task<ApiTokens> SignedInOnBothAsync(TestUser user)
    {
        var tokens = await Here.LoginAsync(user);
        Assert.That((await Other.GetAsync("/me", tokens.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
        return tokens;
    }

    private async Task<HttpStatusCode> PageAsync(RowKey cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/account/sessions", UriKind.Relative)) { Headers = { { "Cookie", $"session={cookie.Reveal()}" } } };
        using var response = await otherHttp.SendAsync(request);
        return response.StatusCode;
    }

    private async Task AssertRefusedAsync(ApiTokens tokens)
    {
        await Patience.UntilAsync(async () => (await Other.GetAsync("/me", tokens.Access)).Code == "token_revoked");
        Assert.That((await Other.PostAsync("/auth/refresh", new { refresh_token = tokens.Refresh })).Code, Is.EqualTo("token_revoked"));
    }

    /// <summary>Ends a session as an operator could who switched the triggers off.</summary>
    private Task<int> EndSilentlyAsync(Guid session) => here.QueryAsync<int>(
        "WITH silence AS MATERIALIZED (SELECT set_config('session_replication_role', 'replica', true)) UPDATE sessions SET revoked_at = now() FROM silence WHERE id = $1",
        session);

    /// <summary>Waits until the other node is connected again: it no longer asks, and so lets through a session that was ended without a notification.</summary>
    private async Task TrustsItsMemoryAsync(ApiTokens tokens)
    {
        await EndSilentlyAsync(tokens.SessionId);
        await Patience.UntilAsync(async () => (await Other.GetAsync("/me", tokens.Access)).Status == HttpStatusCode.OK);
    }

    private async Task KillListenerAsync() => await here.QueryAsync<bool>("SELECT pg_terminate_backend($1)", await ListenerAsync());

    /// <summary>The server's process for the other node's listener, once there is one.</summary>
    private async Task<int> ListenerAsync(int except = 0)
    {
        var found = 0;
        await Patience.UntilAsync(async () =>
        {
            found = await here.QueryAsync<int>(
                "SELECT pid FROM pg_stat_activity WHERE application_name = $1 AND query LIKE 'NOTIFY beat\\_%' AND state = 'idle' AND pid <> $2", OtherName, except);
            return found != 0;
        });
        return found;
    }

    private static async Task SignalAsync(string signal, int processId)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{processId}"]);
        await kill.WaitForExitAsync();
        Assert.That(kill.ExitCode, Is.Zero);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
