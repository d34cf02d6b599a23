using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.SecondFactors;
using WebApp.Features.SignIn;
using WebApp.Platform.Data.Encryption;
using WebApp.Platform.Http.Client;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.SecondFactors;

/// <summary>A user who signs in through the API and changes factors there.</summary>
public sealed class FactorScene
{
    public static readonly ClientInfo Client = new(IPAddress.Loopback, "Tests");

    private FactorScene(TestApp app, TestUser user, ApiClient api, ApiTokens tokens) => (App, User, Api, Tokens) = (app, user, api, tokens);

    public TestApp App { get; }

    public TestUser User { get; }

    public ApiClient Api { get; }

    public ApiTokens Tokens { get; }

    public Authenticator Phone { get; private set; } = null!;

    public string[] RecoveryCodes { get; private set; } = [];

    public static async Task<FactorScene> NewAsync(TestApp app)
    {
        var user = await app.CreateUserAsync();
        var api = new ApiClient(app);
        return new(app, user, api, await api.LoginAsync(user));
    }

    /// <summary>A user whose phone was taken on in a time step that has passed since. The application's clock is moved.</summary>
    public static async Task<FactorScene> WithPhoneAsync(TestApp app)
    {
        var scene = await NewAsync(app);
        await scene.AddPhoneAsync();
        scene.SkipTo(steps: 5);
        return scene;
    }

    /// <summary>The code the phone shows, or shows some steps from now.</summary>
    public string Code(int steps = 0) => Phone.CodeAt(App.Clock.GetUtcNow().AddSeconds(30 * steps));

    /// <summary>Moves the clock to the beginning of a time step, so that the next half minute is of one step.</summary>
    public void SkipTo(int steps)
    {
        var into = App.Clock.GetUtcNow().ToUnixTimeMilliseconds() % 30_000;
        App.Clock.Advance(TimeSpan.FromMilliseconds((30_000 * steps) - into + 100));
    }

    public async Task AddPhoneAsync()
    {
        await OfferPhoneAsync();
        RecoveryCodes = Codes(await SendAsync(HttpMethod.Post, "/mfa/totp/confirm", new { code = Code() }));
    }

    public async Task OfferPhoneAsync() =>
        Phone = new((await SendAsync(HttpMethod.Post, "/mfa/totp")).Json.GetProperty("secret").GetString()!);

    /// <summary>A call that must succeed.</summary>
    public async Task<Answer> SendAsync(HttpMethod method, string path, object? body = null)
    {
        var answer = await Api.SendAsync(method, path, body, Tokens.Access);
        Assert.That((int)answer.Status, Is.InRange(200, 299), answer.Text);
        return answer;
    }

    public static string[] Codes(Answer answer) => [.. answer.Json.GetProperty("recovery_codes").EnumerateArray().Select(code => code.GetString()!)];

    /// <summary>Gives the password; the key of the pending sign-in.</summary>
    public async Task<RowKey?> GivePasswordAsync()
    {
        var answer = await Api.PostAsync("/auth/login", new { email = User.Email, password = User.Password });
        Assert.That(answer.Code, Is.EqualTo("mfa_required"));
        return RowKey.TryParse(answer.Json.GetProperty("mfa_token").GetString());
    }

    /// <summary>Answers a pending sign-in.</summary>
    public async Task<SecondFactorResult> AnswerAsync(RowKey? pending, string method, string code)
    {
        await using var scope = App.Services.CreateAsyncScope();
        var signIn = scope.ServiceProvider.GetRequiredService<SecondFactorSignIn>();
        return await signIn.FindAsync(pending, CancellationToken.None) is { } found
            ? await signIn.CompleteAsync(found, method, code, Client, _ => Task.FromResult(true), CancellationToken.None)
            : new SecondFactorResult.NothingPending();
    }

    /// <summary>Checks a code as often as asked, all at once, by the factor alone: the account's limit would let five through.</summary>
    public Task<FactorResult[]> CheckAtOnceAsync<TFactor>(int times, Func<TFactor, Task<FactorResult>> check)
        where TFactor : notnull => Task.WhenAll(Enumerable.Range(0, times).Select(_ => Task.Run(async () =>
        {
            await using var scope = App.Services.CreateAsyncScope();
            return await check(scope.ServiceProvider.GetRequiredService<TFactor>());
        })));
}
