using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Groups;

/// <summary>Every call about groups, by everybody who could make it.</summary>
public sealed class GroupMatrixTests : OwnApp
{
    private static readonly string[] Callers =
        ["anonymous", "other user", "administrator", "token of the owner without scope", "token of the owner that reads", "member", "admin", "owner"];

    // Status by caller, in the order above. Each cell has a scene of its own, so that none leaves a trace in the next.
    private static readonly (string Method, string Path, int[] Statuses)[] Calls =
    [
        ("GET", "/groups/{group}", [401, 404, 404, 403, 200, 200, 200, 200]),
        ("PATCH", "/groups/{group}", [401, 404, 404, 403, 403, 403, 200, 200]),
        ("DELETE", "/groups/{group}", [401, 404, 404, 403, 403, 403, 403, 204]),
        ("GET", "/groups/{group}/members", [401, 404, 404, 403, 200, 200, 200, 200]),
        ("PATCH", "/groups/{group}/members/{another member}", [401, 404, 404, 403, 403, 403, 403, 200]),
        ("PATCH", "/groups/{group}/members/{another admin}", [401, 404, 404, 403, 403, 403, 403, 200]),
        ("PATCH", "/groups/{group}/members/{owner}", [401, 404, 404, 403, 403, 403, 403, 409]),
        ("PATCH", "/groups/{group}/members/{stranger}", [401, 404, 404, 403, 403, 404, 404, 404]),
        ("DELETE", "/groups/{group}/members/{another member}", [401, 404, 404, 403, 403, 403, 204, 204]),
        ("DELETE", "/groups/{group}/members/{another admin}", [401, 404, 404, 403, 403, 403, 403, 204]),
        ("DELETE", "/groups/{group}/members/{owner}", [401, 404, 404, 403, 403, 403, 403, 409]),
        ("DELETE", "/groups/{group}/members/{caller}", [401, 404, 404, 403, 403, 204, 204, 409]),
        ("GET", "/groups/{group}/invitations", [401, 404, 404, 403, 200, 403, 200, 200]),
        ("POST", "/groups/{group}/invitations", [401, 404, 404, 403, 403, 403, 201, 201]),
        ("DELETE", "/groups/{group}/invitations/{invitation}", [401, 404, 404, 403, 403, 403, 204, 204]),
        ("DELETE", "/groups/{group}/invitations/{invitation of an admin}", [401, 404, 404, 403, 403, 403, 403, 204]),
        ("DELETE", "/groups/{group}/invitations/{stranger}", [401, 404, 404, 403, 403, 403, 404, 404]),
    ];

    private static IEnumerable<TestCaseData> Rows => Calls.Select(call => new TestCaseData(call.Method, call.Path, call.Statuses).SetArgDisplayNames(call.Method, call.Path));

    [TestCaseSource(nameof(Rows))]
    public async Task A_call_is_answered_by_what_the_caller_is(string method, string path, int[] statuses)
    {
        var (scene, invitation, ofAdmin) = await SceneAsync();
        for (var i = 0; i < Callers.Length; i++)
        {
            if (i > 0 && statuses[i - 1] is >= 200 and < 300 && method != "GET")
            {
                (scene, invitation, ofAdmin) = await SceneAsync();
            }

            var own = scene.Users.GetValueOrDefault(Callers[i])?.Id ?? Guid.CreateVersion7();
            var real = scene.Users.Aggregate(
                path.Replace("{group}", $"{scene.Group}").Replace("{caller}", $"{own}").Replace("{invitation}", $"{invitation}").Replace("{invitation of an admin}", $"{ofAdmin}"),
                (text, user) => text.Replace($"{{{user.Key}}}", $"{user.Value.Id}"));
            var answer = await Api.SendAsync(new(method), real, Body(method, path), scene.Bearers[Callers[i]]);
            Assert.That((int)answer.Status, Is.EqualTo(statuses[i]), $"{Callers[i]}: {answer.Text}");
            if (Callers[i].StartsWith("token", StringComparison.Ordinal) && answer.Status == HttpStatusCode.Forbidden)
            {
                Assert.That(answer.Headers["WWW-Authenticate"], Does.Contain("insufficient_scope").And.Contain(method == "GET" ? "groups.read" : "groups.write"));
            }
        }
    }

    [Test]
    public async Task Another_groups_ids_lead_nowhere_within_ones_own()
    {
        var (scene, invitation, _) = await SceneAsync();
        var owner = scene.Bearers["stranger"];
        Assert.That((await Api.DeleteAsync($"/groups/{scene.Another}/invitations/{invitation}", owner)).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await Api.DeleteAsync($"/groups/{scene.Another}/members/{scene.Users["member"].Id}", owner)).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await Api.PatchAsync($"/groups/{scene.Another}/members/{scene.Users["member"].Id}", new { role = "admin" }, owner!)).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await scene.RoleAsync("member"), Is.EqualTo("member"));
        Assert.That((await Api.GetAsync($"/groups/{scene.Group}/invitations", scene.Bearers["owner"])).Json.GetArrayLength(), Is.EqualTo(2));
    }

    [Test]
    public async Task Only_those_who_manage_the_group_read_addresses()
    {
        var (scene, _, _) = await SceneAsync();
        var addresses = scene.Users.Where(u => u.Key is "owner" or "admin" or "another admin" or "another member").Select(u => u.Value.Email);
        var plain = (await Api.GetAsync($"/groups/{scene.Group}/members", scene.Bearers["member"])).Json.EnumerateArray().ToArray();
        var full = (await Api.GetAsync($"/groups/{scene.Group}/members", scene.Bearers["admin"])).Json.EnumerateArray().ToArray();
        Assert.That(plain.Select(m => m.GetProperty("email").GetString()).OfType<string>(), Is.EqualTo([scene.Users["member"].Email]), "their own");
        Assert.That(full.Select(m => m.GetProperty("email").GetString()), Is.SupersetOf(addresses));
        Assert.That(full.Select(m => m.GetProperty("role").GetString()), Is.EqualTo(["owner", "admin", "admin", "member", "member"]));
    }

    [Test]
    public async Task An_admin_invites_no_admins_and_changes_no_invitation_of_one()
    {
        var (scene, _, _) = await SceneAsync();
        var path = $"/groups/{scene.Group}/invitations";
        Assert.That((await Api.PostAsync(path, new { email = "x@example.org", role = "admin" }, scene.Bearers["admin"])).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await Api.PostAsync(path, new { email = "x@example.org", role = "owner" }, scene.Bearers["owner"])).Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await Api.PostAsync(path, new { email = "chief@example.org" }, scene.Bearers["admin"])).Status, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That((await Api.PostAsync(path, new { email = scene.Users["member"].Email }, scene.Bearers["admin"])).Status, Is.EqualTo(HttpStatusCode.Conflict));
    }

    [Test]
    public async Task What_only_the_service_may_say_is_ignored_in_a_body()
    {
        var (scene, _, _) = await SceneAsync();
        var (id, user) = (Guid.CreateVersion7(), scene.Users["other user"]);
        var made = await Api.PostAsync(
            "/groups",
            new { name = "Mine", id, role = "member", owner = scene.Users["owner"].Id, owner_id = scene.Users["owner"].Id, user_id = scene.Users["owner"].Id, created_at = "2000-01-01T00:00:00Z", members = 99 },
            scene.Bearers["other user"]);
        Assert.That(made.Json.GetProperty("id").GetGuid(), Is.Not.EqualTo(id));
        Assert.That(made.Json.GetProperty("role").GetString(), Is.EqualTo("owner"));
        Assert.That(made.Json.GetProperty("members").GetInt32(), Is.EqualTo(1));
        Assert.That(made.Json.GetProperty("created_at").GetDateTimeOffset(), Is.GreaterThan(DateTimeOffset.UtcNow.AddDays(-1)));

        await Api.PostAsync($"/groups/{scene.Group}/invitations", new { email = user.Email, id, group_id = scene.Another, expires_at = "2099-01-01T00:00:00Z", token = "known" }, scene.Bearers["owner"]);
        var (group, expires) = (
            await App.QueryAsync<Guid>("SELECT group_id FROM group_invitations WHERE email = $1", user.Email),
            await App.QueryAsync<DateTime>("SELECT expires_at FROM group_invitations WHERE email = $1", user.Email));
        Assert.That((group, expires < DateTime.UtcNow.AddDays(8)), Is.EqualTo((scene.Group, true)));
        await Api.PatchAsync($"/groups/{scene.Group}", new { name = "New", id = scene.Another, role = "owner" }, scene.Bearers["admin"]!);
        Assert.That((await scene.RoleAsync("admin"), await scene.OwnersAsync()), Is.EqualTo(("admin", 1)));
    }

    private static object? Body(string method, string path) => (method, path.Split('/')[^1], path.Split('/').Length) switch
    {
        ("PATCH", _, 3) => new { name = "Renamed" },
        ("PATCH", "{owner}", _) => new { role = "member" },
        ("PATCH", _, _) => new { role = "admin" },
        ("POST", _, _) => new { email = "newcomer@example.org", role = "member" },
        _ => null,
    };

    private async Task<(GroupScene Scene, Guid Invitation, Guid OfAdmin)> SceneAsync()
    {
        var scene = await GroupScene.NewAsync(App);
        await App.QueryAsync<object>("DELETE FROM attempts"); // The limits have a test of their own.
        return (scene, await scene.InviteAsync("guest@example.org"), await scene.InviteAsync("chief@example.org", "admin"));
    }
}
