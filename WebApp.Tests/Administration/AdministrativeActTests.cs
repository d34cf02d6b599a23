using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.Roles;
using WebApp.Platform.Users;
using WebApp.Tests.Support;

namespace WebApp.Tests.Administration;

/// <summary>Every administrative act, by somebody who has the permission for it and no other: never on an account that may do more.</summary>
public sealed class AdministrativeActTests : OwnApp
{
    private static readonly string[] Reading = ["GET", "HEAD"];

    private static IEnumerable<AdministrativeAct> OnAccounts => AdministrativeAct.All.Where(act => act.Prepare is not null);

    [Test]
    public void Every_act_that_a_permission_allows_is_in_the_table() => Assert.That(
        Endpoints().Select(endpoint => endpoint.Name), Is.EquivalentTo(AdministrativeAct.All.Select(act => act.Endpoint).Distinct()));

    [TestCaseSource(nameof(OnAccounts))]
    public async Task It_is_refused_on_an_administrator(AdministrativeAct act) => await AssertRefusedAsync(act, await App.CreateAdminAsync());

    [TestCaseSource(nameof(OnAccounts))]
    public async Task It_is_refused_on_whoever_may_do_more(AdministrativeAct act) =>
        await AssertRefusedAsync(act, (await App.CreateUserWithAsync(Permission.TokensIntrospect)).User);

    [TestCaseSource(nameof(OnAccounts))]
    public async Task It_is_done_to_others(AdministrativeAct act)
    {
        var (answer, before, after) = await DoAsync(act, await App.CreateUserAsync());
        Assert.That((int)answer.Status, Is.InRange(200, 302), answer.Text);
        Assert.That(after, Is.Not.EqualTo(before), answer.Text);
    }

    private async Task AssertRefusedAsync(AdministrativeAct act, TestUser target)
    {
        var browser = await PageClient.SignInAsync(App, target);
        var (answer, before, after) = await DoAsync(act, target);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((int)answer.Status, Is.EqualTo(act.IsApi ? 403 : 302), answer.Text);
            Assert.That(answer.Code, act.IsApi ? Is.EqualTo("forbidden") : Is.Null);
            Assert.That(after, Is.EqualTo(before));
            Assert.That(await browser.IsSignedInAsync(), Is.True);
        }
    }

    private async Task<(Answer Answer, string? Before, string? After)> DoAsync(AdministrativeAct act, TestUser target)
    {
        var permissions = Endpoints().Single(endpoint => endpoint.Name == act.Endpoint).Permissions;
        var (helper, _) = await App.CreateUserWithAsync([.. permissions, Permission.UsersRead]); // Without which there is no console.
        var (path, body) = await act.Prepare!(App, target);
        var before = await StateAsync(target);
        var method = new HttpMethod(act.Name.Split(' ')[0]);
        var answer = act.IsApi
            ? await Api.SendAsync(method, path["/api/v1".Length..], method == HttpMethod.Delete ? null : body, (await Api.LoginAsync(helper)).Access)
            : await (await PageClient.SignInAsync(App, helper)).SubmitAsync("/account", path, [.. body.GetType().GetProperties().Select(p => (p.Name, $"{p.GetValue(body)}"))]);
        return (answer, before, await StateAsync(target));
    }

    private IEnumerable<(string Name, string[] Permissions)> Endpoints() =>
        from endpoint in App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        let permissions = endpoint.Metadata.OfType<RequirePermissionAttribute>().Select(needed => needed.Permission).Distinct().ToArray()
        where permissions.Length > 0
        from method in endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
        where !Reading.Contains(method)
        select ($"{method} {endpoint.RoutePattern.RawText!.TrimStart('/')}", permissions);

    // The account, what hangs on it, and what it owns. Sessions without when they were last used.
    private Task<string?> StateAsync(TestUser user) => App.QueryAsync<string>(
        """
        SELECT concat_ws(' | ',
            (SELECT u::text FROM users u WHERE u.id = $1),
            (SELECT string_agg(r.name, ';' ORDER BY r.name) FROM user_roles ur JOIN roles r ON r.id = ur.role_id WHERE ur.user_id = $1),
            (SELECT count(revoked_at) || ' sessions ended' FROM sessions WHERE user_id = $1),
            (SELECT count(revoked_at) || ' tokens revoked' FROM api_tokens WHERE user_id = $1),
            (SELECT string_agg(s::text, ';' ORDER BY s.id) FROM one_time_secrets s WHERE s.user_id = $1),
            (SELECT string_agg(g.name || m.role, ';' ORDER BY g.id) FROM group_members m JOIN groups g ON g.id = m.group_id WHERE m.user_id = $1),
            (SELECT string_agg(i::text, ';' ORDER BY i.id) FROM impersonations i WHERE i.user_id = $1))
        """,
        user.Id);
}
