using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Groups;

/// <summary>A group with somebody of each kind in it, and others beside it, all signed in.</summary>
public sealed class GroupScene
{
    private GroupScene(TestApp app) => (App, Api) = (app, new(app));

    public TestApp App { get; }

    public ApiClient Api { get; }

    public Guid Group { get; private set; }

    /// <summary>A group the callers have nothing to do with.</summary>
    public Guid Another { get; private set; }

    /// <summary>Everybody, by what they are.</summary>
    public Dictionary<string, TestUser> Users { get; } = [];

    /// <summary>Their Bearer tokens; <c>anonymous</c> has none.</summary>
    public Dictionary<string, string?> Bearers { get; } = new() { ["anonymous"] = null };

    public static async Task<GroupScene> NewAsync(TestApp app)
    {
        var scene = new GroupScene(app);
        foreach (var who in (string[])["owner", "admin", "member", "another member", "another admin", "other user", "administrator", "stranger"])
        {
            scene.Users[who] = who == "administrator" ? await app.CreateAdminAsync() : await app.CreateUserAsync();
            scene.Bearers[who] = (await scene.Api.LoginAsync(scene.Users[who])).Access;
        }

        scene.Group = await scene.Api.CreateGroupAsync(scene.Bearers["owner"]!);
        scene.Another = await scene.Api.CreateGroupAsync(scene.Bearers["stranger"]!);
        foreach (var who in (string[])["admin", "another admin", "member", "another member"])
        {
            await scene.JoinAsync(who, who.EndsWith("admin", StringComparison.Ordinal) ? "admin" : "member");
        }

        scene.Bearers["token of the owner without scope"] = await scene.Api.CreateTokenAsync(scene.Bearers["owner"]!, "profile.read");
        scene.Bearers["token of the owner that reads"] = await scene.Api.CreateTokenAsync(scene.Bearers["owner"]!, "groups.read");
        return scene;
    }

    /// <summary>Puts somebody in by the database's own hand.</summary>
    public Task<object?> JoinAsync(string who, string role) =>
        App.QueryAsync<object>("INSERT INTO group_members VALUES ($1, $2, $3, now())", Group, Users[who].Id, role);

    /// <summary>An invitation that waits; returns its id.</summary>
    public async Task<Guid> InviteAsync(string email, string role = "member") =>
        (await Api.PostAsync($"/groups/{Group}/invitations", new { email, role }, Bearers["owner"])).Json.GetProperty("id").GetGuid();

    public Task<long> OwnersAsync() => App.QueryAsync<long>("SELECT count(*) FROM group_members WHERE group_id = $1 AND role = 'owner'", Group);

    public Task<string?> RoleAsync(string who) => App.QueryAsync<string>("SELECT role FROM group_members WHERE group_id = $1 AND user_id = $2", Group, Users[who].Id);
}
