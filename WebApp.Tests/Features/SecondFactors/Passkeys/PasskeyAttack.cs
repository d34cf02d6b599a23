using System.Net;
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

    protected async Task<PageClient> VisitorAtLoginAsync(TestApp? at = null)
    {
        var visitor = new PageClient(at ?? App);
        await visitor.GetAsync("/login");
        return visitor;
    }

    protected async Task<PageClient> SignedInAsync(TestUser user)
    {
        var visitor = await PageClient.SignInAsync(App, user);
        await visitor.GetAsync("/account");
        return visitor;
    }

    protected PageClient CopyOf(PageClient visitor)
    {
        var copy = new PageClient(App) { Token = visitor.Token };
        foreach (var (name, value) in visitor.Cookies)
        {
            copy.With(name, value);
        }

        return copy;
    }

    protected static async Task<string> BeginAsync(PageClient visitor, string purpose = "sign-in")
    {
        var answer = await visitor.PostWithTokenAsync("/passkeys/options", ("Purpose", purpose));
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.OK));
        return answer.Body;
    }

    protected static Task<Answer> SignInAsync(PageClient visitor, string credential, params (string, string)[] fields) =>
        visitor.PostWithTokenAsync("/login/passkey", [("Credential", credential), .. fields]);

    protected static async Task AssertRefusedAsync(PageClient visitor, string credential, string path = "/login/passkey")
    {
        var answer = await visitor.PostWithTokenAsync(path, ("Credential", credential));
        Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(answer.Body, Does.Contain("not accepted"));
        Assert.That(visitor.Session, Is.Null);
    }

    protected static string? Next(Answer answer) => answer.Json.GetProperty("next").GetString();

    protected Task<string?> AmrAsync(TestUser user) => App.QueryAsync<string>("SELECT array_to_string(amr, ' ') FROM sessions WHERE user_id = $1 AND revoked_at IS NULL", user.Id);
}
