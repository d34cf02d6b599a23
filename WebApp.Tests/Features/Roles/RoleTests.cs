using System.Net;
using System.Text.Json;
using WebApp.Platform.Data;
using WebApp.Platform.Users;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Roles;

/// <summary>Roles act on the next request, and nobody raises himself above what he has.</summary>
public sealed class RoleTests : OwnApp
{
    private TestUser administrator = null!;
    private string admin = "";

    [SetUp]
    public async Task SignIn()
    {
        administrator = await App.CreateAdminAsync();
        admin = (await Api.LoginAsync(administrator)).Access;
    }

    [Test]
    public async Task A_role_is_made_changed_and_deleted_and_every_step_recorded()
    {
        var made = await Api.PostAsync("/admin/roles", new { name = "support", permissions = RoleUsers.Named("users.read", "mail.read", "users.read") }, admin);
        Assert.That(made.Status, Is.EqualTo(HttpStatusCode.Created), made.Text);
        var id = made.Json.GetProperty("id").GetGuid();
        Assert.That(Permissions(made.Json), Is.EqualTo(["mail.read", "users.read"]));
        var changed = await Api.PutAsync($"/admin/roles/{id}", new { name = "helpers", permissions = RoleUsers.Named("users.read") }, admin);
        Assert.That(Permissions(changed.Json), Is.EqualTo(["users.read"]));
        var listed = (await Api.GetAsync("/admin/roles", admin)).Json.EnumerateArray().ToArray();
        Assert.That(listed.Take(2).Select(r => r.GetProperty("name").GetString()), Is.EqualTo(["admin", "user"]));
        Assert.That(listed.Select(r => r.GetProperty("name").GetString()), Does.Contain("helpers").And.Not.Contain("support"));
        Assert.That(Permissions(listed[0]), Is.EqualTo(Permission.Names));
        Assert.That((await Api.DeleteAsync($"/admin/roles/{id}", admin)).Status, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await Api.DeleteAsync($"/admin/roles/{id}", admin)).Code, Is.EqualTo("not_found"));
        Assert.That((await Api.PutAsync($"/admin/roles/{id}", new { name = "x" }, admin)).Code, Is.EqualTo("not_found"));
        Assert.That(await KindsAsync(administrator), Is.SupersetOf(["role_created", "role_changed", "role_deleted"]));
    }

    [Test]
    public async Task Demoting_an_administrator_refuses_his_token_on_the_next_call_and_promoting_lets_it_in()
    {
        var user = await App.CreateUserAsync();
        var tokens = await Api.LoginAsync(user);
        var browser = await PageClient.SignInAsync(App, user);
        Assert.That((await Api.GetAsync("/admin/roles", tokens.Access)).Code, Is.EqualTo("forbidden"));
        Assert.That((await AssignAsync(user, "admin")).Json.GetProperty("roles").EnumerateArray().Select(r => r.GetString()), Is.EqualTo(["admin", "user"]));
        Assert.That((await Api.GetAsync("/admin/roles", tokens.Access)).Status, Is.EqualTo(HttpStatusCode.OK), "the same token");
        Assert.That((await Api.GetAsync("/me", tokens.Access)).Json.GetProperty("permissions").GetArrayLength(), Is.EqualTo(Permission.Names.Count));
        Assert.That(await browser.IsSignedInAsync(), Is.True, "more rights end nothing");

        Assert.That((await AssignAsync(user)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await Api.GetAsync("/admin/roles", tokens.Access)).Code, Is.EqualTo("token_revoked"));
        Assert.That((await Api.PostAsync("/auth/refresh", new { refresh_token = tokens.Refresh })).Code, Is.EqualTo("token_revoked"));
        Assert.That(await browser.IsSignedInAsync(), Is.False);
        Assert.That(await KindsAsync(user), Does.Contain("roles_changed"));
        Assert.That(await KindsAsync(administrator), Does.Contain("roles_assigned"));
    }

    [Test]
    public async Task A_permission_taken_from_a_role_is_gone_on_the_next_request()
    {
        var (user, role) = await App.CreateUserWithAsync(Permission.RolesWrite, Permission.UsersRead);
        var tokens = await Api.LoginAsync(user);
        var token = await Api.CreateTokenAsync(tokens.Access, Permission.RolesWrite);
        Assert.That((await Api.GetAsync("/admin/roles", tokens.Access)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await Api.GetAsync("/admin/roles", token)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await Api.PutAsync($"/admin/roles/{role}", new { name = $"less-{role:N}", permissions = RoleUsers.Named("users.read") }, admin)).Status, Is.EqualTo(HttpStatusCode.OK));
        var refused = await Api.GetAsync("/admin/roles", tokens.Access);
        Assert.That((refused.Code, refused.Headers.ContainsKey("WWW-Authenticate")), Is.EqualTo(("forbidden", false)), "no other token would help");
        Assert.That((await Api.GetAsync("/admin/roles", token)).Code, Is.EqualTo("forbidden"));
    }

    [Test]
    public async Task Of_two_administrators_who_demote_each_other_one_remains()
    {
        await using var app = await TestApp.StartAsync();
        var api = new ApiClient(app);
        for (var round = 0; round < 4; round++)
        {
            await app.QueryAsync<object>("DELETE FROM user_roles WHERE role_id = $1", Role.AdminId);
            var (one, two) = (await app.CreateAdminAsync(), await app.CreateAdminAsync());
            var (first, second) = ((await api.LoginAsync(one)).Access, (await api.LoginAsync(two)).Access);
            var answers = round % 2 == 0
                ? await Task.WhenAll(api.PutAsync($"/admin/users/{two.Id}/roles", new { roles = Array.Empty<string>() }, first), api.PutAsync($"/admin/users/{one.Id}/roles", new { roles = Array.Empty<string>() }, second))
                : await Task.WhenAll(api.PutAsync($"/admin/users/{one.Id}/roles", new { roles = Array.Empty<string>() }, first), api.PutAsync($"/admin/users/{two.Id}/roles", new { roles = Array.Empty<string>() }, second));
            Assert.That(await app.CountAdminsAsync(), Is.EqualTo(1), string.Join(' ', answers.Select(a => a.Text)));
            Assert.That(answers.Count(a => a.Status == HttpStatusCode.OK), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task The_last_administrator_who_can_sign_in_stays_one_and_keeps_the_account()
    {
        await using var app = await TestApp.StartAsync();
        var api = new ApiClient(app);
        var (last, closed) = (await app.CreateAdminAsync(), await app.CreateAdminAsync());
        await app.QueryAsync<object>("UPDATE users SET deletion_requested_at = now() WHERE id = $1", closed.Id);
        var access = (await api.LoginAsync(last)).Access;
        var refused = await api.PutAsync($"/admin/users/{last.Id}/roles", new { roles = RoleUsers.Named("user") }, access);
        Assert.That((refused.Status, refused.Code), Is.EqualTo((HttpStatusCode.Conflict, "conflict")), refused.Text);
        using var page = await PageClient.SignInAsync(app, last);
        Assert.That((await page.PostFormAsync("/account/data/delete", ("Confirmation", last.Email))).Text, Does.Contain("You are the last administrator"));
        Assert.That(await app.QueryAsync<bool>("SELECT deletion_requested_at IS NULL FROM users WHERE id = $1", last.Id), Is.True);

        Assert.That((await api.PutAsync($"/admin/users/{(await app.CreateUserAsync()).Id}/roles", new { roles = RoleUsers.Named("admin") }, access)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await api.PutAsync($"/admin/users/{last.Id}/roles", new { roles = RoleUsers.Named("user") }, access)).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Nobody_gives_takes_or_changes_more_than_he_has()
    {
        var (user, own) = await App.CreateUserWithAsync(Permission.RolesWrite, Permission.UsersRead);
        var (richer, above) = await App.CreateUserWithAsync(Permission.UsersRead, Permission.KeysWrite);
        var access = (await Api.LoginAsync(user)).Access;
        var other = await App.CreateUserAsync();
        Answer[] refused =
        [
            await Api.PutAsync($"/admin/users/{user.Id}/roles", new { roles = RoleUsers.Named($"r{own:N}", "admin") }, access),
            await Api.PutAsync($"/admin/users/{user.Id}/roles", new { roles = RoleUsers.Named($"r{own:N}", $"r{above:N}") }, access),
            await Api.PutAsync($"/admin/users/{richer.Id}/roles", new { roles = Array.Empty<string>() }, access),
            await Api.PutAsync($"/admin/users/{administrator.Id}/roles", new { roles = Array.Empty<string>() }, access),
            await Api.PostAsync("/admin/roles", new { name = "strong", permissions = RoleUsers.Named("keys.write") }, access),
            await Api.PutAsync($"/admin/roles/{own}", new { name = $"r{own:N}", permissions = Permission.Grantable.Select(p => p.Name) }, access),
            await Api.PutAsync($"/admin/roles/{above}", new { name = $"r{above:N}", permissions = RoleUsers.Named("users.read") }, access),
            await Api.DeleteAsync($"/admin/roles/{above}?force=true", access),
        ];
        Assert.That(refused.Select(a => a.Code), Is.All.EqualTo("forbidden"));
        Assert.That((await Api.PutAsync($"/admin/users/{other.Id}/roles", new { roles = RoleUsers.Named($"r{own:N}") }, access)).Status, Is.EqualTo(HttpStatusCode.OK), "as much as he has");
    }

    [Test]
    public async Task An_administrators_API_token_changes_no_role_whatever_its_scopes()
    {
        var token = await Api.CreateTokenAsync(admin, Permission.RolesWrite);
        var user = await App.CreateUserAsync();
        Answer[] refused =
        [
            await Api.PutAsync($"/admin/users/{user.Id}/roles", new { roles = RoleUsers.Named("admin") }, token),
            await Api.PostAsync("/admin/roles", new { name = $"r{Guid.NewGuid():N}", permissions = RoleUsers.Named("users.read") }, token),
            await Api.PostAsync("/admin/roles", new { name = $"r{Guid.NewGuid():N}", permissions = RoleUsers.Named("roles.write") }, token),
        ];
        Assert.That(refused.Select(a => a.Code), Is.All.EqualTo("reauthentication_required"));
    }

    [Test]
    public async Task A_token_has_only_permissions_of_its_owner()
    {
        var (user, _) = await App.CreateUserWithAsync(Permission.MailRead);
        var access = (await Api.LoginAsync(user)).Access;
        await Api.CreateTokenAsync(access, Permission.MailRead);
        Assert.That((await Api.PostAsync("/api-tokens", new { name = "x", scopes = RoleUsers.Named("keys.write") }, access)).Code, Is.EqualTo("validation_failed"));
    }

    [Test]
    public async Task Built_in_roles_keep_their_names_and_admin_everything()
    {
        Answer[] refused =
        [
            await Api.PutAsync($"/admin/roles/{Role.AdminId}", new { name = "admin", permissions = RoleUsers.Named("users.read") }, admin),
            await Api.PutAsync($"/admin/roles/{Role.AdminId}", new { name = "boss", permissions = Permission.Grantable.Select(p => p.Name) }, admin),
            await Api.PutAsync($"/admin/roles/{Role.UserId}", new { name = "people" }, admin),
            await Api.DeleteAsync($"/admin/roles/{Role.AdminId}?force=true", admin),
            await Api.DeleteAsync($"/admin/roles/{Role.UserId}?force=true", admin),
        ];
        Assert.That(refused.Select(a => a.Code), Is.All.EqualTo("conflict"));
    }

    [Test]
    public async Task A_role_that_somebody_has_is_deleted_only_on_purpose()
    {
        var (user, role) = await App.CreateUserWithAsync(Permission.UsersRead);
        var access = (await Api.LoginAsync(user)).Access;
        var told = await Api.DeleteAsync($"/admin/roles/{role}", admin);
        Assert.That((told.Code, told.Json.GetProperty("detail").GetString()), Is.EqualTo(("conflict", "One person has this role.")));
        Assert.That((await Api.DeleteAsync($"/admin/roles/{role}?force=true", admin)).Status, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await Api.GetAsync("/me", access)).Code, Is.EqualTo("token_revoked"));
        Assert.That((await Api.GetAsync("/me", (await Api.LoginAsync(user)).Access)).Json.GetProperty("roles").EnumerateArray().Select(r => r.GetString()), Is.EqualTo(["user"]));
    }

    [TestCase("""{"name":"Support"}""", "name")]
    [TestCase("""{"name":""}""", "name")]
    [TestCase("""{"name":"two words"}""", "name")]
    [TestCase("""{"name":"admin"}""", "name")]
    [TestCase("""{"name":"x","permissions":["everything"]}""", "permissions")]
    public async Task Bad_roles_are_refused(string body, string field)
    {
        var answer = await Api.PostAsync("/admin/roles", body, admin);
        Assert.That((answer.Code, answer.Json.GetProperty("errors").TryGetProperty(field, out _)), Is.EqualTo(("validation_failed", true)), answer.Text);
    }

    [Test]
    public async Task Unknown_roles_and_unknown_users_have_different_codes()
    {
        Assert.That((await Api.PutAsync($"/admin/users/{administrator.Id}/roles", new { roles = RoleUsers.Named("nobody") }, admin)).Code, Is.EqualTo("validation_failed"));
        Assert.That((await Api.PutAsync($"/admin/users/{Guid.NewGuid()}/roles", new { roles = RoleUsers.Named("user") }, admin)).Code, Is.EqualTo("not_found"));
    }

    private Task<Answer> AssignAsync(TestUser user, params string[] roles) => Api.PutAsync($"/admin/users/{user.Id}/roles", new { roles }, admin);

    private static string?[] Permissions(JsonElement role) => [.. role.GetProperty("permissions").EnumerateArray().Select(p => p.GetString())];

    private async Task<string[]> KindsAsync(TestUser user) =>
        (await App.QueryAsync<string[]>("SELECT array_agg(kind) FROM security_events WHERE user_id = $1", user.Id))!;
}
