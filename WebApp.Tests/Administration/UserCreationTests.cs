using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.Accounts;
using WebApp.Platform.Users;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Administration;

/// <summary>Accounts that administrators create, confirm, search and delete by the API.</summary>
public sealed class UserCreationTests : OwnApp
{
    private const string Password = "Copper lantern over the 7 hills!";

    private string admin = "";

    [OneTimeSetUp]
    public async Task SignIn() => admin = (await Api.LoginAsync(await App.CreateAdminAsync())).Access;

    [Test]
    public async Task A_created_user_chooses_a_password_by_the_invitation_and_signs_in()
    {
        var email = New();
        var made = await Api.PostAsync("/admin/users", new { email, display_name = "Grace", roles = RoleUsers.Named("admin") }, admin);
        Assert.That(made.Status, Is.EqualTo(HttpStatusCode.Created), made.Text);
        var id = made.Json.GetProperty("id").GetGuid();
        Assert.That(made.Location, Is.EqualTo($"/api/v1/admin/users/{id}"));
        Assert.That(made.Json.GetProperty("email_verified").GetBoolean(), Is.False);
        Assert.That(made.Json.GetProperty("roles").EnumerateArray().Select(role => role.GetString()), Is.EqualTo(["admin", "user"]));
        Assert.That((await Api.PostAsync("/admin/users", new { email = email.ToUpperInvariant() }, admin)).Code, Is.EqualTo("conflict"));

        App.Clock.Advance(TimeSpan.FromDays(6));
        var mail = await Mailbox.NewestAsync(email, "/reset-password", App.BaseAddress);
        Assert.That((await Api.PostAsync("/auth/reset-password", new { token = mail.Token, new_password = Password })).Status, Is.EqualTo(HttpStatusCode.NoContent));
        var tokens = await Api.LoginAsync(new(id, email, Password));
        Assert.That((await Api.GetAsync("/me", tokens.Access)).Json.GetProperty("email_verified").GetBoolean(), Is.True);
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM security_events WHERE kind = 'registered' AND user_id = $1 AND actor_id IS NOT NULL", id), Is.EqualTo(1));
        admin = (await Api.LoginAsync(await App.CreateAdminAsync())).Access;
    }

    [Test]
    public async Task An_invitation_works_where_registration_is_closed()
    {
        await using var closed = await TestApp.StartAsync(settings: ["Registration:Mode=Closed", "Registration:AllowedDomains=example.net"]);
        var (api, email) = (new ApiClient(closed), New());
        var access = (await api.LoginAsync(await closed.CreateAdminAsync())).Access;
        Assert.That((await api.PostAsync("/admin/users", new { email }, access)).Status, Is.EqualTo(HttpStatusCode.Created));
        var mail = await Mailbox.NewestAsync(email, "/reset-password", closed.BaseAddress);
        Assert.That((await api.PostAsync("/auth/reset-password", new { token = mail.Token, new_password = Password })).Status, Is.EqualTo(HttpStatusCode.NoContent));
        await api.LoginAsync(new(Guid.Empty, email, Password));
    }

    [Test]
    public async Task Giving_roles_wants_roles_write_and_no_more_than_the_actor_has()
    {
        var (writer, _) = await App.CreateUserWithAsync(Permission.UsersWrite);
        var (giver, _) = await App.CreateUserWithAsync(Permission.UsersWrite, Permission.RolesWrite);
        var (_, keys) = await App.CreateUserWithAsync(Permission.KeysWrite);
        var (without, with) = ((await Api.LoginAsync(writer)).Access, (await Api.LoginAsync(giver)).Access);
        Assert.That((await Api.PostAsync("/admin/users", new { email = New() }, without)).Status, Is.EqualTo(HttpStatusCode.Created));
        Assert.That((await Api.PostAsync("/admin/users", new { email = New(), roles = RoleUsers.Named("user") }, without)).Status, Is.EqualTo(HttpStatusCode.Created));
        Assert.That((await Api.PostAsync("/admin/users", new { email = New(), roles = RoleUsers.Named($"r{keys:N}") }, without)).Code, Is.EqualTo("forbidden"));
        Assert.That((await Api.PostAsync("/admin/users", new { email = New(), roles = RoleUsers.Named($"r{keys:N}") }, with)).Code, Is.EqualTo("forbidden"));
        Assert.That((await Api.PostAsync("/admin/users", new { email = New(), roles = RoleUsers.Named("admin") }, with)).Code, Is.EqualTo("forbidden"));
        Assert.That((await Api.PostAsync("/admin/users", new { email = New(), roles = RoleUsers.Named("nobody") }, admin)).Code, Is.EqualTo("validation_failed"));
        Assert.That((await Api.PostAsync("/admin/users", new { email = "nowhere" }, admin)).Code, Is.EqualTo("validation_failed"));
    }

    [Test]
    public async Task Parallel_creations_of_one_address_make_one_account()
    {
        var email = New();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Api.PostAsync("/admin/users", new { email }, admin)));
        Assert.That(answers.Select(answer => answer.Status), Has.Exactly(1).EqualTo(HttpStatusCode.Created));
        Assert.That(answers.Where(answer => answer.Status != HttpStatusCode.Created).Select(answer => answer.Code), Is.All.EqualTo("conflict"));
    }

    [Test]
    public async Task A_deleted_user_is_out_at_once_cannot_restore_it_and_is_erased_after_thirty_days()
    {
        await using var app = await TestApp.StartAsync();
        var (api, user) = (new ApiClient(app), await app.CreateUserAsync());
        var (access, tokens) = ((await api.LoginAsync(await app.CreateAdminAsync())).Access, await api.LoginAsync(user));
        Assert.That((await api.DeleteAsync($"/admin/users/{user.Id}", access)).Status, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await api.GetAsync("/me", tokens.Access)).Code, Is.EqualTo("token_revoked"));
        using var browser = new PageClient(app);
        Assert.That((await browser.LoginAsync(user)).Location, Is.Null, "not restored by a sign-in");
        Assert.That((await api.DeleteAsync($"/admin/users/{user.Id}", access)).Status, Is.EqualTo(HttpStatusCode.NoContent), "twice is once");
        Assert.That((await api.GetAsync($"/admin/users/{user.Id}", access)).Json.GetProperty("deletion_requested_at").ValueKind, Is.EqualTo(JsonValueKind.String));

        app.Clock.Advance(TimeSpan.FromDays(29));
        await EraseAsync(app);
        Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM users WHERE id = $1", user.Id), Is.EqualTo(1));
        app.Clock.Advance(TimeSpan.FromDays(2));
        await EraseAsync(app);
        Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM users WHERE id = $1", user.Id), Is.Zero);
    }

    [Test]
    public async Task Nobody_deletes_themselves_or_the_last_administrator()
    {
        await using var app = await TestApp.StartAsync();
        var (api, only) = (new ApiClient(app), await app.CreateAdminAsync());
        var access = (await api.LoginAsync(only)).Access;
        Assert.That((await api.DeleteAsync($"/admin/users/{only.Id}", access)).Code, Is.EqualTo("conflict"));
        var other = await app.CreateAdminAsync();
        Assert.That((await api.DeleteAsync($"/admin/users/{other.Id}", access)).Status, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await api.DeleteAsync($"/admin/users/{Guid.Empty}", access)).Code, Is.EqualTo("not_found"));
    }

    [Test]
    public async Task Confirming_an_address_lets_its_owner_in()
    {
        var user = await App.CreateUserAsync();
        await App.QueryAsync<object>("UPDATE users SET email_confirmed = false WHERE id = $1", user.Id);
        Assert.That((await Api.PostAsync("/auth/login", new { email = user.Email, password = user.Password })).Code, Is.EqualTo("invalid_credentials"));
        Assert.That((await Api.PostAsync($"/admin/users/{user.Id}/confirm-email", null, admin)).Status, Is.EqualTo(HttpStatusCode.NoContent));
        await App.ForgetGuessesAsync();
        await Api.LoginAsync(user);
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM security_events WHERE kind = 'email_confirmed' AND user_id = $1", user.Id), Is.EqualTo(1));
    }

    [Test]
    public async Task One_session_and_one_token_are_ended_and_no_other()
    {
        var user = await App.CreateUserAsync();
        var (one, other) = (await Api.LoginAsync(user), await Api.LoginAsync(user));
        var (first, second) = (await Api.CreateTokenAsync(one.Access, "profile.read"), await Api.CreateTokenAsync(one.Access, "profile.read"));
        var token = await App.QueryAsync<Guid>("SELECT id FROM api_tokens WHERE user_id = $1 ORDER BY id LIMIT 1", user.Id);
        Assert.That((await Api.DeleteAsync($"/admin/users/{user.Id}/sessions/{one.SessionId}", admin)).Status, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await Api.DeleteAsync($"/admin/users/{user.Id}/api-tokens/{token}", admin)).Status, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await Api.GetAsync("/me", one.Access)).Code, Is.EqualTo("token_revoked"));
        Assert.That((await Api.GetAsync("/me", first)).Code, Is.EqualTo("token_revoked"));
        Assert.That((await Api.GetAsync("/me", other.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await Api.GetAsync("/me", second)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await Api.DeleteAsync($"/admin/users/{user.Id}/sessions/{one.SessionId}", admin)).Code, Is.EqualTo("not_found"));
    }

    [Test]
    public async Task The_list_has_its_total_and_finds_by_name_address_id_ip_role_and_state()
    {
        var mark = $"m{Guid.NewGuid():N}";
        List<Guid> ids = [];
        foreach (var name in new[] { "b", "c", "a" })
        {
            ids.Add((await App.CreateUserAsync($"{mark} {name}")).Id);
        }

        var page = await Api.GetAsync($"/admin/users?query={mark}&sort=-display_name&limit=2", admin);
        Assert.That((page.Headers["X-Total-Count"], Ids(page)), Is.EqualTo(("3", new[] { ids[1], ids[0] })).Using<(string, Guid[])>((x, y) => x.Item1 == y.Item1 && x.Item2.SequenceEqual(y.Item2)));
        Assert.That(Ids(await Api.GetAsync($"/admin/users?query={mark}&sort=-display_name&limit=2&page=2", admin)), Is.EqualTo(new[] { ids[2] }));
        Assert.That(Ids(await Api.GetAsync($"/admin/users?query={mark}&sort=created_at", admin)), Is.EqualTo(ids));
        Assert.That(Ids(await Api.GetAsync($"/admin/users?query={ids[1]}", admin)), Is.EqualTo(new[] { ids[1] }));

        var user = await App.CreateUserAsync(mark);
        using (var http = App.NewClient("127.77.0.9"))
        {
            await new ApiClient(http).LoginAsync(user);
        }

        Assert.That(Ids(await Api.GetAsync("/admin/users?query=127.77.0.9", admin)), Is.EqualTo(new[] { user.Id }));
        await App.QueryAsync<object>("UPDATE users SET email_confirmed = false WHERE id = $1", ids[0]);
        Assert.That(Ids(await Api.GetAsync($"/admin/users?query={mark}&state=unconfirmed", admin)), Is.EqualTo(new[] { ids[0] }));
        Assert.That(Ids(await Api.GetAsync($"/admin/users?query={mark}&state=active", admin)), Has.Length.EqualTo(3));
        await App.GiveAsync(user, WebApp.Platform.Data.Role.AdminId);
        Assert.That(Ids(await Api.GetAsync($"/admin/users?query={mark}&role=admin", admin)), Is.EqualTo(new[] { user.Id }));
        foreach (var wrong in new[] { "limit=0", "limit=201", "sort=color", "state=color", "page=0" })
        {
            Assert.That((await Api.GetAsync($"/admin/users?{wrong}", admin)).Code, Is.EqualTo("validation_failed"), wrong);
        }
    }

    [Test]
    public async Task The_search_of_many_users_uses_the_trigram_index()
    {
        await using var connection = await App.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var explain = connection.CreateCommand();
        explain.CommandText = "SET LOCAL enable_seqscan = off; EXPLAIN SELECT id FROM users u WHERE u.email ILIKE '%lantern%' ESCAPE '\\' OR u.display_name ILIKE '%lantern%' ESCAPE '\\'";
        await using var lines = await explain.ExecuteReaderAsync();
        List<string> plan = [];
        while (await lines.ReadAsync())
        {
            plan.Add(lines.GetString(0));
        }

        Assert.That(string.Join('\n', plan), Does.Contain("ix_users_search"));
    }

    private static Task EraseAsync(TestApp app) => app.Services.GetRequiredService<AccountErasure>().RunAsync(CancellationToken.None);

    private static string New() => $"user-{Guid.NewGuid():N}@example.org";

    private static Guid[] Ids(Answer answer) => [.. answer.Json.EnumerateArray().Select(user => user.GetProperty("id").GetGuid())];
}
