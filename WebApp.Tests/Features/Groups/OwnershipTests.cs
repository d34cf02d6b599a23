using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.Accounts;
using WebApp.Features.Groups;
using WebApp.Platform.Http.Client;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Groups;

/// <summary>A group has exactly one owner at all times.</summary>
public sealed class OwnershipTests : OwnApp
{
    [Test]
    public async Task Handing_over_and_leaving_at_once_leave_one_owner()
    {
        for (var round = 0; round < 5; round++)
        {
            var scene = await GroupScene.NewAsync(App);
            var (owner, admin, member) = (scene.Bearers["owner"]!, scene.Bearers["admin"]!, scene.Bearers["member"]!);
            string Path(string who) => $"/groups/{scene.Group}/members/{scene.Users[who].Id}";
            var answers = await Task.WhenAll(
                Api.PatchAsync(Path("admin"), new { role = "owner" }, owner),
                Api.PatchAsync(Path("member"), new { role = "owner" }, owner),
                Api.DeleteAsync(Path("owner"), owner),
                Api.DeleteAsync(Path("admin"), admin),
                Api.DeleteAsync(Path("member"), member),
                Api.PatchAsync(Path("owner"), new { role = "owner" }, admin));
            Assert.That(answers.Select(a => (int)a.Status), Is.All.LessThan(500));
            Assert.That(await scene.OwnersAsync(), Is.EqualTo(1), string.Join(' ', answers.Select(a => (int)a.Status)));
        }
    }

    [Test]
    public async Task Of_two_hand_overs_at_once_one_is_made()
    {
        var scene = await GroupScene.NewAsync(App);
        var answers = await Task.WhenAll(((string[])["admin", "member"]).Select(who =>
            Api.PatchAsync($"/groups/{scene.Group}/members/{scene.Users[who].Id}", new { role = "owner" }, scene.Bearers["owner"]!)));
        Assert.That(answers.Select(a => (int)a.Status).Order(), Is.EqualTo([200, 403]));
        Assert.That((await scene.OwnersAsync(), await scene.RoleAsync("owner")), Is.EqualTo((1, "admin")));
        var heir = answers[0].Status == HttpStatusCode.OK ? "admin" : "member";
        Assert.That(await Mailbox.OfSubjectAsync(scene.Users[heir].Email, "A group at", App.BaseAddress), Does.Contain("“Choir”"));
        Assert.That(await Api.GroupsAsync(scene.Bearers[heir]!), Is.EqualTo([("Choir", "owner")]), "on the next request");
        Assert.That(await Api.GroupsAsync(scene.Bearers["owner"]!), Is.EqualTo([("Choir", "admin")]));
    }

    [Test]
    public async Task A_removed_member_is_notified_and_loses_access_at_once()
    {
        var scene = await GroupScene.NewAsync(App);
        var path = $"/groups/{scene.Group}/members/{scene.Users["member"].Id}";
        Assert.That((await Api.GetAsync($"/groups/{scene.Group}", scene.Bearers["member"])).Status, Is.EqualTo(HttpStatusCode.OK));
        await Api.DeleteAsync(path, scene.Bearers["admin"]);
        Assert.That(await Api.GroupsAsync(scene.Bearers["member"]!), Is.Empty);
        Assert.That((await Api.GetAsync($"/groups/{scene.Group}", scene.Bearers["member"])).Code, Is.EqualTo("not_found"));
        Assert.That(await Mailbox.OfSubjectAsync(scene.Users["member"].Email, "You were removed", App.BaseAddress), Does.Contain("“Choir”"));
        var events = (await Api.GetAsync("/events", scene.Bearers["member"])).Json.EnumerateArray().ToArray();
        var told = events.Single(e => e.GetProperty("kind").GetString() == "group_member_removed");
        Assert.That(told.GetProperty("ip").ValueKind, Is.EqualTo(System.Text.Json.JsonValueKind.Null), "where the administrator sits is none of theirs");
    }

    [Test]
    public async Task Renaming_and_deleting_reach_every_member_on_the_next_request()
    {
        var scene = await GroupScene.NewAsync(App);
        Assert.That(await Api.GroupsAsync(scene.Bearers["member"]!), Is.EqualTo([("Choir", "member")]));
        await Api.PatchAsync($"/groups/{scene.Group}", new { name = "  Band " }, scene.Bearers["admin"]!);
        Assert.That(await Api.GroupsAsync(scene.Bearers["member"]!), Is.EqualTo([("Band", "member")]));
        await scene.InviteAsync("guest@example.org");
        await Api.DeleteAsync($"/groups/{scene.Group}", scene.Bearers["owner"]);
        Assert.That(await Api.GroupsAsync(scene.Bearers["member"]!), Is.Empty);
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM group_invitations WHERE group_id = $1", scene.Group), Is.Zero);
        Assert.That((await Api.GetAsync("/events", scene.Bearers["member"])).Text, Does.Contain("group_deleted"));
    }

    [Test]
    public async Task The_database_finds_an_heir_whoever_removes_the_owner()
    {
        var scene = await GroupScene.NewAsync(App);
        await App.QueryAsync<object>("UPDATE group_members SET joined_at = '2020-01-01' WHERE user_id = ANY($1)", new[] { scene.Users["member"].Id, scene.Users["another admin"].Id });
        await App.QueryAsync<object>("DELETE FROM group_members WHERE user_id = $1", scene.Users["owner"].Id);
        Assert.That((await scene.RoleAsync("another admin"), await scene.OwnersAsync()), Is.EqualTo(("owner", 1)), "an administrator before an older member");
        await App.QueryAsync<object>("DELETE FROM group_members WHERE group_id = $1 AND role IN ('owner', 'admin')", scene.Group);
        Assert.That((await scene.RoleAsync("member"), await scene.OwnersAsync()), Is.EqualTo(("owner", 1)));
        await App.QueryAsync<object>("DELETE FROM group_members WHERE group_id = $1", scene.Group);
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM groups WHERE id = $1", scene.Group), Is.Zero, "with its last member");
    }

    [Test]
    public async Task An_erased_account_leaves_its_groups_to_a_member_who_is_notified()
    {
        await using var app = await TestApp.StartAsync();
        var scene = await GroupScene.NewAsync(app);
        var (owner, api) = (scene.Users["owner"], scene.Api);
        var alone = await api.CreateGroupAsync(scene.Bearers["owner"]!, "Alone");
        await api.PostAsync($"/groups/{scene.Another}/invitations", new { email = owner.Email }, scene.Bearers["stranger"]);
        await app.QueryAsync<object>("UPDATE group_members SET joined_at = '2020-01-01' WHERE user_id = $1", scene.Users["another admin"].Id);
        await app.QueryAsync<object>("UPDATE users SET deletion_requested_at = $2 WHERE id = $1", owner.Id, app.Clock.GetUtcNow());
        app.Clock.Advance(TimeSpan.FromDays(31));
        await app.Services.GetRequiredService<AccountErasure>().RunAsync(CancellationToken.None);
        Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM users WHERE id = $1", owner.Id), Is.Zero);
        Assert.That((await scene.RoleAsync("another admin"), await scene.OwnersAsync()), Is.EqualTo(("owner", 1)));
        Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM groups WHERE id = $1", alone), Is.Zero);
        Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM group_invitations WHERE email = $1", owner.Email), Is.Zero);
        Assert.That(await Mailbox.OfSubjectAsync(scene.Users["another admin"].Email, "A group at", app.BaseAddress), Does.Contain("“Choir”"));
        Assert.That(await app.QueryAsync<long>("SELECT count(*) FROM security_events WHERE user_id = $1 AND kind = 'group_handed_over'", scene.Users["another admin"].Id), Is.EqualTo(1));
    }

    [Test]
    public async Task Administrators_find_and_delete_any_group()
    {
        var scene = await GroupScene.NewAsync(App);
        await Api.PatchAsync($"/groups/{scene.Group}", new { name = "50% of_all" }, scene.Bearers["owner"]!);
        await using var services = App.Services.CreateAsyncScope();
        var oversight = services.ServiceProvider.GetRequiredService<GroupOversight>();
        Assert.That((await oversight.ListAsync("0% OF_", 1, default)).Select(g => (g.Id, g.OwnerEmail, g.Members)), Is.EqualTo([(scene.Group, scene.Users["owner"].Email, 5)]));
        Assert.That((await oversight.ListAsync(scene.Users["owner"].Email, 1, default)).Select(g => g.Id), Is.EqualTo([scene.Group]));
        GroupActor actor = new(scene.Users["administrator"].Id, null, new ClientInfo(null, null));
        Assert.That(await oversight.DeleteAsync(actor, scene.Group, default), Is.EqualTo(new GroupResult.Done()));
        Assert.That(await oversight.DeleteAsync(actor, scene.Group, default), Is.EqualTo(new GroupResult.NotFound()));
        Assert.That(await Api.GroupsAsync(scene.Bearers["member"]!), Is.Empty);
    }
}
