using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WebApp.Platform.Workers;
using WebApp.Tests.Support;

namespace WebApp.Tests.Attacks;

/// <summary>Reading changes nothing (ASVS 3.5.1): whatever is fetched, by whomever, with whatever live link and id.</summary>
public sealed class HarmlessGetTests
{
    private static readonly HttpMethod[] Reading = [HttpMethod.Get, HttpMethod.Head, HttpMethod.Options];

    private TestApp App { get; set; } = null!;

    // By name, as passkeys want it.
    [OneTimeSetUp]
    public async Task Start() => App = await TestApp.StartNamedAsync();

    [OneTimeTearDown]
    public ValueTask Stop() => App.DisposeAsync();

    [Test]
    public async Task Nothing_that_is_fetched_changes_a_row()
    {
        var walk = new PageWalk(App);
        var user = await App.CreateUserAsync("Ada");
        using var owner = new PageClient(App);
        var tokens = await walk.LinksAsync(user);
        var member = await App.CreateUserAsync("Grace");
        var (bearer, ids) = await walk.BelongingsAsync(user, member, owner);

        // What was begun by all this and by the start is done: mail is out, events are sealed, and recurring work is not due again for minutes.
        var workers = App.Services.GetServices<IHostedService>().OfType<DueWorker>().Count();
        await Patience.UntilAsync(async () => await App.QueryAsync<long>("SELECT (SELECT count(*) FROM outbox_messages WHERE sent_at IS NULL) + (SELECT count(*) FROM security_events WHERE seq IS NULL)") == 0
            && await App.QueryAsync<long>("SELECT count(*) FROM due_work WHERE done_at > 'epoch'") == workers);
        using var stranger = new PageClient(App);

        var before = await Fingerprint.TakeAsync(App);
        var ways = WayIn.All(App).Where(way => way.Reads).ToArray();
        var (fetched, shut) = (0, ways.ToHashSet());
        foreach (var way in ways)
        {
            foreach (var path in way.Route.Contains('{', StringComparison.Ordinal) ? ids.Select(id => way.Path(id, member.Id.ToString())) : [way.Path()])
            {
                foreach (var query in tokens.Select(token => PageWalk.Query(way, token, member.Id)).Distinct())
                {
                    foreach (var (visitor, method) in Reading.SelectMany(method => new[] { (owner, method), (stranger, method) }))
                    {
                        using var request = new HttpRequestMessage(method, new Uri(path + query, UriKind.Relative));
                        request.Headers.Authorization = visitor == owner ? new("Bearer", bearer) : null;
                        var answer = await visitor.SendAsync(request, keepCookies: false);
                        Assert.That((int)answer.Status, Is.LessThan(500), $"{method} {path}{query}");
                        fetched++;
                        if ((int)answer.Status is >= 200 and < 300)
                        {
                            shut.Remove(way);
                        }
                    }
                }
            }
        }

        TestContext.Out.WriteLine($"{fetched} fetched");
        // The last one only redirects. The others are opened by sealed passes (SitePassTests), by a sealed ticket (DoctorTests), while there is no administrator (SetupTests),
        // by the request or the token of an application (ProviderTests), and by the answer of an outside provider (ExternalSignInTests).
        shut.RemoveWhere(way => way.Route is "forward-auth" or "forward-auth/enter" or "health/probe" or "setup" or "connect/authorize" or "connect/userinfo" or ".well-known/change-password"
            or "login/external/{name}/callback" or "register/external" or "account/external-logins/confirm");
        Assert.That(shut, Is.Empty, "the walk was to open every page, not only to be refused");
        Assert.That(await Fingerprint.TakeAsync(App), Is.EqualTo(before));
    }
}
