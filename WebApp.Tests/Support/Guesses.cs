using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using WebApp.Features.Lockout;
using WebApp.Platform.Http.Limits;

namespace WebApp.Tests.Support;

/// <summary>Guessing at passwords, and forgetting that it was done.</summary>
public static class Guesses
{
    /// <summary>Good in form, and nobody's.</summary>
    public const string WrongPassword = "Not the lantern of 7 hills!";

    /// <summary>Leaves the limits that the database counts, which come after the node's own by IP prefix.</summary>
    public static void WithoutIpLimiter(WebApplicationBuilder builder) => builder.Services.AddSingleton(new IpBudgets(1_000_000, TimeProvider.System));

    extension(TestApp app)
    {
        /// <summary>As if nobody had guessed: for tests of something else, on an application of their own.</summary>
        public Task ForgetGuessesAsync() => app.QueryAsync<object>("DELETE FROM sign_in_guesses");

        /// <summary>Makes an address that was guessed at wait, without any clock being moved.</summary>
        public Task MakeWaitAsync(string email, TimeSpan wait) => app.QueryAsync<object>(
            "UPDATE sign_in_guesses SET next_at = now() + $2 WHERE key = $1",
            SignInGuard.KeyOfAccount(app.Services.GetRequiredService<AccountKeys>().ForEmail(email)),
            wait);

        /// <summary>How many sign-ins of a user were checked and refused.</summary>
        public Task<long> CountRefusedAsync(TestUser user) => app.CountEventsAsync("sign_in_failed", user);

        /// <summary>How many events of a kind a user has.</summary>
        public Task<long> CountEventsAsync(string kind, TestUser user) =>
            app.QueryAsync<long>("SELECT count(*) FROM security_events WHERE kind = $1 AND user_id = $2", kind, user.Id);

        /// <summary>Guesses wrong, each time as soon as it is let, until the account is locked that many times more.</summary>
        public async Task LockAsync(ApiClient api, string email, int times = 1)
        {
            for (var failures = 0; failures < 5 * times;)
            {
                var answer = await api.GuessAsync(email);
                if (answer.Status == HttpStatusCode.TooManyRequests)
                {
                    app.Clock.Advance(answer.Wait);
                }
                else
                {
                    Assert.That(answer.Code, Is.EqualTo("invalid_credentials"), answer.Text);
                    failures++;
                }
            }
        }
    }

    extension(ApiClient api)
    {
        public Task<Answer> GuessAsync(string email) => api.PostAsync("/auth/login", new { email, password = WrongPassword });

        /// <summary>Signs in, whatever comes of it.</summary>
        public Task<Answer> TryAsync(TestUser user) => api.PostAsync("/auth/login", new { email = user.Email, password = user.Password });
    }

    extension(Answer answer)
    {
        /// <summary>What <c>Retry-After</c> says.</summary>
        public TimeSpan Wait => TimeSpan.FromSeconds(int.Parse(answer.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture));
    }
}
