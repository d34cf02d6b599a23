using System.Net;
using WebApp.Tests.Support;
using static WebApp.Tests.SignIn.SensitiveOperation;

namespace WebApp.Tests.SignIn;

/// <summary>Every sensitive operation is refused without recent authentication, and not with it, on both doors.</summary>
public sealed class SensitiveOperationTests
{
    private TestApp app = null!;

    private static IEnumerable<SensitiveOperation> Pages => All.Where(o => o.Through == Door.Page);

    private static IEnumerable<SensitiveOperation> Calls => All.Where(o => o.Through == Door.Api);

    [OneTimeSetUp]
    public async Task StartAsync() => app = await Probes.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await app.DisposeAsync();

    [TestCaseSource(nameof(Pages))]
    public async Task A_page_wants_recent_authentication(SensitiveOperation operation)
    {
        var user = await app.CreateUserAsync();
        using var browser = new FormClient(app);
        await browser.LoginAsync(user);
        app.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.That((await AskAsync()).Location, Does.StartWith("/reauthenticate?returnUrl="));
        Assert.That((await browser.SubmitAsync("/reauthenticate", ("Password", user.Password))).Location, Is.EqualTo("/account"));
        var allowed = await AskAsync();
        Assert.That(allowed.Location ?? "", Does.Not.StartWith("/reauthenticate").And.Not.StartWith("/login"));
        Assert.That(allowed.Status, Is.Not.EqualTo(HttpStatusCode.MethodNotAllowed));

        Task<PageAnswer> AskAsync() => operation.Method == "GET" ? browser.GetAsync(operation.Path) : browser.PostAsync("/account", operation.Path);
    }

    [TestCaseSource(nameof(Calls))]
    public async Task A_call_wants_recent_authentication(SensitiveOperation operation)
    {
        var user = await app.CreateUserAsync();
        var api = new ApiClient(app);
        var token = (await api.LoginAsync(user)).Access;
        app.Clock.Advance(TimeSpan.FromMinutes(11));
        var refused = await api.SendAsync(new(operation.Method), operation.Path, bearer: token);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.Status, Is.EqualTo(HttpStatusCode.Forbidden), refused.Text);
            Assert.That(refused.Code, Is.EqualTo("reauthentication_required"));
            Assert.That(refused.Json.GetProperty("max_age").GetInt32(), Is.EqualTo(600));
            Assert.That(refused.Headers["WWW-Authenticate"], Is.EqualTo("Bearer error=\"insufficient_user_authentication\", max_age=600"));
        }

        var renewed = await api.PostAsync("/auth/reauthenticate", new { password = user.Password }, token);
        var allowed = await api.SendAsync(new(operation.Method), operation.Path, bearer: renewed.Json.GetProperty("access_token").GetString());
        Assert.That(allowed.Code, Is.Not.EqualTo("reauthentication_required"), allowed.Text);
        Assert.That(allowed.Status, Is.Not.EqualTo(HttpStatusCode.Unauthorized), allowed.Text);
    }
}
