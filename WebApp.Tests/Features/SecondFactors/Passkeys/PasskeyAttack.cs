using System.Net;
using System.Text.Json;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SecondFactors.Passkeys;

/// <summary>What the attacks on passkeys share: an application that is reached by a name, and a visitor at its login page.</summary>
public abstract class PasskeyAttack
{
    protected TestApp App { get; private set; } = null!;

    protected string Origin => App.BaseAddress.GetLeftPart(UriPartial.Authority);

    protected SoftAnswer Good => new(Origin);

    protected static IEnumerable<TestCaseData<Func<SoftAnswer, SoftAnswer>>> Wrong =>
    [
        Case("an origin with another port", good => good with { Origin = "http://localhost:1" }),
        Case("an origin with another scheme", good => good with { Origin = good.Origin.Replace("http:", "https:") }),
        Case("an origin below ours", good => good with { Origin = good.Origin.Replace("localhost", "evil.localhost") }),
        Case("an origin that begins like ours", good => good with { Origin = $"{good.Origin}0" }),
        Case("no origin", good => good with { Origin = "" }),
        Case("a frame of another site", good => good with { CrossOrigin = true }),
        Case("a page framed by another site", good => good with { TopOrigin = "https://evil.example" }),
        Case("another relying party", good => good with { RpId = "evil.example" }),
        Case("an enrolment's answer", good => good with { Type = "webauthn.create" }),
        Case("another challenge", good => good with { Challenge = new string('A', 43) }),
        Case("a user who was not there", good => good with { Flags = 4 }),
        Case("a user who was not recognised", good => good with { Flags = 1 }),
        Case("nobody's handle", good => good with { UserHandle = Guid.NewGuid() }),
    ];

    [OneTimeSetUp]
    public async Task StartAsync() => App = await TestApp.StartNamedAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await App.DisposeAsync();

    protected static TestCaseData<Func<SoftAnswer, SoftAnswer>> Case(string name, Func<SoftAnswer, SoftAnswer> how) =>
        new(how) { TestName = $"An_answer_with_{name.Replace(' ', '_')}_is_refused" };

    protected async Task<Visitor> VisitorAtLoginAsync(TestApp? at = null)
    {
        var visitor = new Visitor(at ?? App);
        using var page = await visitor.GetAsync("/login");
        return visitor;
    }

    protected Visitor CopyOf(Visitor visitor)
    {
        var copy = new Visitor(App) { Token = visitor.Token };
        foreach (var (name, value) in visitor.Cookies)
        {
            copy.Cookies[name] = value;
        }

        return copy;
    }

    protected static async Task<string> BeginAsync(Visitor visitor, string purpose = "sign-in")
    {
        using var answer = await visitor.PostAsync("/passkeys/options", ("Purpose", purpose));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        return await answer.Content.ReadAsStringAsync();
    }

    protected static Task<HttpResponseMessage> SignInAsync(Visitor visitor, string credential, params (string, string?)[] fields) =>
        visitor.PostAsync("/login/passkey", [("Credential", credential), .. fields]);

    protected static async Task AssertRefusedAsync(Visitor visitor, string credential, string path = "/login/passkey")
    {
        using var answer = await visitor.PostAsync(path, ("Credential", credential));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("not accepted"));
        Assert.That(visitor.Cookies, Does.Not.ContainKey("session"));
    }

    protected static async Task<string?> NextAsync(HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("next").GetString();

    protected Task<string?> AmrAsync(TestUser user) => App.QueryAsync<string>("SELECT array_to_string(amr, ' ') FROM sessions WHERE user_id = $1 AND revoked_at IS NULL", user.Id);
}
