using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.SecondFactors;
using WebApp.Features.Sessions;
using WebApp.Features.Tokens;
using WebApp.Platform.Data;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Users;
using WebApp.Tests.Support;

namespace WebApp.Tests.Access;

/// <summary>One user of each kind, and things of the owner's that the others should not reach.</summary>
public sealed class AccessScene
{
    private readonly TestApp app = TestApp.Shared;
    private readonly Dictionary<Actor, TestUser> users = [];

    /// <summary>The account of an actor; an API token's is its maker's.</summary>
    public TestUser this[Actor who] => users[who];

    /// <summary>The owner's group.</summary>
    public Guid Group { get; private set; }

    /// <summary>Someone in it whom nobody here is.</summary>
    public TestUser Bystander { get; private set; } = null!;

    public static async Task<AccessScene> NewAsync()
    {
        var scene = new AccessScene();
        foreach (var who in (Actor[])[Actor.OtherUser, Actor.Member, Actor.GroupAdmin, Actor.Owner])
        {
            scene.users[who] = await scene.app.CreateUserAsync();
        }

        (scene.users[Actor.Clerk], _) = await scene.app.CreateUserWithAsync(Permission.GroupsManage);
        scene.users[Actor.Administrator] = await scene.app.CreateAdminAsync();
        scene.users[Actor.HalfSignedIn] = await scene.app.CreateMfaUserAsync();
        scene.Bystander = await scene.app.CreateUserAsync();
        await scene.NewGroupAsync();
        return scene;
    }

    /// <summary>Whether the actor has an account of their own.</summary>
    public bool Has(Actor who) => users.ContainsKey(who);

    /// <summary>Another group with the same people, in the place of the one before.</summary>
    public async Task<Guid> NewGroupAsync()
    {
        Group = Guid.CreateVersion7();
        await app.QueryAsync<object>("INSERT INTO groups (id, name, created_at) VALUES ($1, 'Choir', now())", Group);
        foreach (var (who, role) in new[] { (users[Actor.Owner], "owner"), (users[Actor.GroupAdmin], "admin"), (users[Actor.Member], "member"), (Bystander, "member") })
        {
            await app.QueryAsync<object>("INSERT INTO group_members VALUES ($1, $2, $3, now())", Group, who.Id, role);
        }

        return Group;
    }

    /// <summary>A Bearer token of the actor; null for whoever has none.</summary>
    public async Task<string?> BearerAsync(Actor who, AccessRule rule)
    {
        if (who is Actor.Anonymous)
        {
            return null;
        }

        var isToken = who is Actor.TokenWith or Actor.TokenWithout;
        var maker = !isToken ? who : rule.ByPermission ? Actor.Administrator : Actor.Owner;
        await using var services = app.Services.CreateAsyncScope();
        var user = (await services.ServiceProvider.GetRequiredService<AppDbContext>().Users.FindAsync(users[maker].Id))!;
        var client = new ClientInfo(IPAddress.Loopback, null);
        if (who is Actor.HalfSignedIn)
        {
            return await PendingAsync(services.ServiceProvider, user);
        }

        var opened = (await services.ServiceProvider.GetRequiredService<TokenIssuer>().OpenAsync(AccountProof.ForUser(user), ["pwd"], null, null, client, default))!;
        if (!isToken)
        {
            return opened.AccessToken;
        }

        var tokens = services.ServiceProvider.GetRequiredService<WebApp.Features.Tokens.ApiTokens>();
        var scopes = who is Actor.TokenWith ? (await tokens.ScopesAsync(user.Id, default)).Select(scope => scope.Name).ToArray() : [rule.TokenWithoutHas];
        await tokens.RevokeAllAsync(user.Id, client, default); // Those of earlier calls: an account can have only so many.
        return ((ApiTokenResult.Created)await tokens.CreateAsync(user.Id, opened.SessionId, "script", scopes, null, client, default)).Text;
    }

    /// <summary>A browser of the actor's.</summary>
    public async Task<PageClient> BrowserAsync(Actor who)
    {
        var browser = new PageClient(app);
        if (who is Actor.HalfSignedIn)
        {
            await using var services = app.Services.CreateAsyncScope();
            var user = (await services.ServiceProvider.GetRequiredService<AppDbContext>().Users.FindAsync(users[who].Id))!;
            browser.With("pending", await PendingAsync(services.ServiceProvider, user));
        }
        else if (users.TryGetValue(who, out var user))
        {
            browser.With("session", (await app.OpenBrowserSessionAsync(user)).Key.Reveal());
        }

        return browser;
    }

    private static async Task<string> PendingAsync(IServiceProvider services, User user) =>
        (await services.GetRequiredService<PendingSignIns>().BeginAsync(user, ["pwd"], remember: false, null, default)).Reveal();
}
