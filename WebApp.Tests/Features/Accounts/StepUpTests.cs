using System.Net;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Accounts;

/// <summary>What is sensitive needs an authentication of the last ten minutes, on pages and in the API. On an application of its own: time jumps.</summary>
public sealed class StepUpTests
{
    private TestApp app = null!;
    private PageClient page = null!;
    private ApiTokens tokens = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        app = await TestApp.StartAsync();
        var user = await app.CreateUserAsync();
        page = await PageClient.SignInAsync(app, user);
        tokens = await new ApiClient(app).LoginAsync(user);
        app.Clock.Advance(TimeSpan.FromMinutes(9));
        foreach (var path in new[] { "/account/password", "/account/email", "/account/data" })
        {
            Assert.That((await page.GetAsync(path)).Status, Is.EqualTo(HttpStatusCode.OK), path);
        }

        app.Clock.Advance(TimeSpan.FromMinutes(2));
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        page.Dispose();
        await app.DisposeAsync();
    }

    [TestCase("GET", "/account/password", "/account/password")]
    [TestCase("POST", "/account/password", "/account/password")]
    [TestCase("GET", "/account/email", "/account/email")]
    [TestCase("POST", "/account/email", "/account/email")]
    [TestCase("GET", "/account/data", "/account/data")]
    [TestCase("POST", "/account/data/export", "/account/data")]
    [TestCase("POST", "/account/data/delete", "/account/data")]
    public async Task A_page_goes_to_reauthenticate_and_back(string method, string path, string back)
    {
        var answer = method == "GET" ? await page.GetAsync(path) : await page.PostFormAsync(path);
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.Found));
        Assert.That(answer.Location, Is.EqualTo($"/reauthenticate?returnUrl={Uri.EscapeDataString(back)}"));
    }

    [TestCase("/account")]
    [TestCase("/account/profile")]
    [TestCase("/account/activity")]
    [TestCase("/account/sessions")]
    public async Task Other_pages_do_not(string path) => Assert.That((await page.GetAsync(path)).Status, Is.EqualTo(HttpStatusCode.OK));

    [Test]
    public async Task The_API_answers_as_RFC_9470_says()
    {
        var answer = await new ApiClient(app).PostAsync("/password", new { current_password = "x", new_password = "y" }, tokens.Access);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.Forbidden));
            Assert.That(answer.Code, Is.EqualTo("reauthentication_required"));
            Assert.That(answer.Json.GetProperty("max_age").GetInt32(), Is.EqualTo(600));
            Assert.That(answer.Headers["WWW-Authenticate"], Is.EqualTo("Bearer error=\"insufficient_user_authentication\", max_age=600"));
        }
    }
}
