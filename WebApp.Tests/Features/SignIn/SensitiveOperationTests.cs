using System.Net;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Areas.Api;
using WebApp.Features.Sessions;
using WebApp.Tests.Support;
using static WebApp.Tests.Features.SignIn.SensitiveOperation;

namespace WebApp.Tests.Features.SignIn;

/// <summary>Every sensitive operation is refused without recent authentication, and not with it, on pages and API; and none is forgotten here.</summary>
public sealed class SensitiveOperationTests
{
    private static readonly string[] Reading = ["GET", "HEAD"];

    private TestApp app = null!;

    private static IEnumerable<SensitiveOperation> Pages => All.Where(o => !o.IsApi);

    private static IEnumerable<SensitiveOperation> Calls => All.Where(o => o.IsApi);

    [OneTimeSetUp]
    public async Task StartAsync() => app = await Probes.StartAsync(
        null,
        "Webhooks:0:Url=http://127.0.0.1:9/", $"Webhooks:0:Secret={new string('s', 32)}", "ExternalLogins:0:Name=house", "ExternalLogins:0:Authority=http://127.0.0.1:9/", "ExternalLogins:0:ClientId=site");

    [OneTimeTearDown]
    public async Task StopAsync() => await app.DisposeAsync();

    [TestCaseSource(nameof(Pages))]
    public async Task A_page_wants_recent_authentication(SensitiveOperation operation)
    {
        using var late = await SensitiveScene.NewAsync(app, TimeSpan.FromMinutes(11));
        var refused = await late.DoAsync(operation);
        Assert.That(refused.Page!.Status, Is.EqualTo(HttpStatusCode.Found));
        Assert.That(refused.Page.Location, Does.StartWith("/reauthenticate?returnUrl=%2F"));
        Assert.That(refused.After, Is.EqualTo(refused.Before));

        // The browser's answer to an enrolment is good for five minutes.
        var wait = operation.Route.EndsWith("passkeys/add", StringComparison.Ordinal) ? 4 : 9;
        using var soon = await SensitiveScene.NewAsync(app, TimeSpan.FromMinutes(wait));
        var allowed = await soon.DoAsync(operation);
        Assert.That((int)allowed.Page!.Status, Is.InRange(200, 302), allowed.Page.Text);
        Assert.That(allowed.Page.Location ?? "", Does.Not.StartWith("/reauthenticate"));
        AssertChanged(operation, allowed.Before, allowed.After, allowed.Page.Text);
    }

    [TestCaseSource(nameof(Calls))]
    public async Task A_call_wants_recent_authentication(SensitiveOperation operation)
    {
        using var late = await SensitiveScene.NewAsync(app, TimeSpan.FromMinutes(11));
        var (_, refused, before, after) = await late.DoAsync(operation);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused!.Status, Is.EqualTo(HttpStatusCode.Forbidden), refused.Text);
            Assert.That(refused.Code, Is.EqualTo("reauthentication_required"));
            Assert.That(refused.Json.GetProperty("max_age").GetInt32(), Is.EqualTo(600));
            Assert.That(refused.Headers["WWW-Authenticate"], Is.EqualTo("Bearer error=\"insufficient_user_authentication\", max_age=600"));
            Assert.That(after, Is.EqualTo(before));
        }

        using var soon = await SensitiveScene.NewAsync(app, TimeSpan.FromMinutes(9));
        var allowed = await soon.DoAsync(operation);
        Assert.That((int)allowed.Call!.Status, Is.InRange(200, 204), allowed.Call.Text);
        AssertChanged(operation, allowed.Before, allowed.After, allowed.Call.Text);
    }

    [TestCaseSource(nameof(Calls))]
    public async Task An_API_token_does_nothing_that_wants_recent_authentication_whatever_its_scopes(SensitiveOperation operation)
    {
        using var scene = await SensitiveScene.NewAsync(app, TimeSpan.Zero);
        var (refused, before, after) = await scene.DoByApiTokenAsync(operation);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.Status, Is.EqualTo(HttpStatusCode.Forbidden), refused.Text);
            Assert.That(refused.Code, Is.AnyOf("reauthentication_required", "forbidden"), "The latter where no API token is let in at all.");
            Assert.That(after, Is.EqualTo(before));
        }
    }

    [Test]
    public void Whatever_asks_for_recent_authentication_is_in_the_table() => Assert.That(
        Endpoints().Where(e => e.Sensitive).Select(e => e.Name), Is.EquivalentTo(All.Select(o => o.ToString())));

    [Test]
    public void Whatever_changes_something_asks_for_it_or_is_a_deliberate_exception() => Assert.That(
        Endpoints().Where(e => !e.Sensitive && !Reading.Contains(e.Name.Split(' ')[0])).Select(e => e.Name), Is.EquivalentTo(InsensitiveOperations.All));

    // Reading changes nothing, the probes do nothing, a code that is sent to /device is only looked up, and the way to an outside provider only begins.
    private static void AssertChanged(SensitiveOperation operation, string before, string after, string answer)
    {
        if (operation is { Method: not "GET", Route: not ("device" or "account/external-logins/link/{name}") } && !operation.Route.EndsWith("probe", StringComparison.Ordinal))
        {
            Assert.That(after, Is.Not.EqualTo(before), answer);
        }
    }

    private IEnumerable<(string Name, bool Sensitive)> Endpoints() =>
        from endpoint in app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        where endpoint.Metadata.GetMetadata<ControllerActionDescriptor>() is not null || endpoint.RoutePattern.RawText!.Contains("api/", StringComparison.Ordinal)
        from method in endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
        select (
            $"{method} {endpoint.RoutePattern.RawText!.TrimStart('/')}",
            endpoint.Metadata.GetMetadata<RequireRecentAuthenticationAttribute>() is not null
                || endpoint.Metadata.GetMetadata<RecentAuthenticationRequiredAttribute>() is not null);
}
