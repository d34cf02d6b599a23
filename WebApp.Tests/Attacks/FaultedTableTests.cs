using System.Collections.Concurrent;
using System.Net;
using WebApp.Tests.Features.SecondFactors;
using WebApp.Tests.Pages;
using WebApp.Tests.Support;

namespace WebApp.Tests.Attacks;

/// <summary>
/// Each table in turn refuses writes, as where the disk is full, and everybody tries as often as would use up their guesses. What is answered 503 has spent
/// nothing: once the table is mended, the same code, link and password work.
/// </summary>
[Parallelizable(ParallelScope.None)]
public sealed class FaultedTableTests() : OwnApp("Protection:IpPermitsPerMinute=100000")
{
    // More than there are guesses, tries of a code, or mails an hour.
    private const int Times = 6;
    private const string Password = "Copper lantern over the 7 hills!";

    /// <summary>Something that a user does, which can be repeated until it succeeds.</summary>
    private delegate Task<Answer> Doing();

    private IReadOnlyList<(string Name, Func<Task<Doing>> Prepare)> Flows =>
    [
        ("sign-in by password", async () =>
        {
            var user = await App.CreateUserAsync();
            return () => Api.PostAsync("/auth/login", new { email = user.Email, password = user.Password });
        }),
        ("sign-in by authenticator app", async () =>
        {
            var (scene, token) = await BeginWithPhoneAsync();
            return () => Api.AnswerAsync(token, scene.Code(), "totp");
        }),
        ("sign-in by recovery code", async () =>
        {
            var (scene, token) = await BeginWithPhoneAsync();
            return () => Api.AnswerAsync(token, scene.RecoveryCodes[0], "recovery_code");
        }),
        ("sign-in by mailed code", async () =>
        {
            var user = await App.CreateMfaUserAsync();
            var token = await Api.BeginAsync(user);
            await Api.SendCodeAsync(token);
            var code = await App.NewestCodeAsync(user);
            return () => Api.AnswerAsync(token, code);
        }),
        ("asking for a mailed code", async () =>
        {
            var token = await Api.BeginAsync(await App.CreateMfaUserAsync());
            return () => Api.SendCodeAsync(token);
        }),
        ("step-up by password", async () =>
        {
            var scene = await FactorScene.NewAsync(App);
            return () => Api.PostAsync("/auth/reauthenticate", new { password = scene.User.Password }, scene.Tokens.Access);
        }),
        ("step-up by recovery code", async () =>
        {
            var (scene, _) = await BeginWithPhoneAsync();
            return () => Api.PostAsync("/auth/reauthenticate", new { method = "recovery_code", code = scene.RecoveryCodes[0] }, scene.Tokens.Access);
        }),
        ("registration", () =>
        {
            var email = NewAddress();
            return Task.FromResult<Doing>(() => Api.PostAsync("/auth/register", new { email, password = Password }));
        }),
        ("confirmation by code", async () =>
        {
            var email = NewAddress();
            await Api.PostAsync("/auth/register", new { email, password = Password });
            var code = (await Mailbox.NewestAsync(email, "/confirm-email", App.BaseAddress)).Code;
            return () => Api.PostAsync("/auth/confirm-email", new { email, code, password = Password });
        }),
        ("asking for a reset", async () =>
        {
            var email = (await App.CreateUserAsync()).Email;
            return () => Api.PostAsync("/auth/forgot-password", new { email });
        }),
        ("reset by code", async () =>
        {
            var email = (await App.CreateUserAsync()).Email;
            await Api.PostAsync("/auth/forgot-password", new { email });
            var code = (await Mailbox.NewestAsync(email, "/reset-password", App.BaseAddress)).Code;
            return () => Api.PostAsync("/auth/reset-password", new { email, code, new_password = Password });
        }),
        ("change of password", async () =>
        {
            var scene = await FactorScene.NewAsync(App);
            return () => Api.PostAsync("/password", new { current_password = scene.User.Password, new_password = Password }, scene.Tokens.Access);
        }),
    ];

    [Test]
    public async Task What_fails_for_our_sake_spends_nothing()
    {
        await Install();
        var tables = await WrittenAsync();
        Assert.That(tables, Is.SupersetOf(new[] { "sessions", "security_events", "sign_in_guesses", "attempts", "one_time_secrets", "outbox_messages", "pending_sign_ins" }));
        ConcurrentBag<string> faults = [];
        foreach (var table in tables)
        {
            var ready = await Task.WhenAll(Flows.Select(async flow => (flow.Name, Do: await flow.Prepare())));
            await App.QueryAsync<object>("UPDATE faulted SET name = $1", table);
            var refused = await Task.WhenAll(ready.Select(flow => IsRefusedAsync(flow.Do, $"{flow.Name}, {table}", faults)));
            await App.QueryAsync<object>("UPDATE faulted SET name = ''");
            foreach (var (flow, _) in ready.Zip(refused).Where(pair => pair.Second))
            {
                var answer = await flow.Do();
                if ((int)answer.Status is < 200 or >= 300)
                {
                    faults.Add($"{flow.Name}, after {table} was mended: {(int)answer.Status} {answer.Code}");
                }
            }
        }

        Assert.That(string.Join('\n', faults.Order()), Is.Empty);
    }

    private static string NewAddress() => $"{Guid.NewGuid():N}@example.org";

    // True where every try was answered 503.
    private static async Task<bool> IsRefusedAsync(Doing act, string about, ConcurrentBag<string> faults)
    {
        for (var i = 0; i < Times; i++)
        {
            var answer = await act();
            if ((int)answer.Status is >= 200 and < 300)
            {
                return false;
            }

            if (answer.Status != HttpStatusCode.ServiceUnavailable)
            {
                faults.Add($"{about}, try {i + 1}: {(int)answer.Status} {answer.Code}");
                return false;
            }
        }

        return true;
    }

    private async Task<(FactorScene Scene, string Token)> BeginWithPhoneAsync()
    {
        var scene = await FactorScene.NewAsync(App);
        await scene.AddPhoneAsync();
        await App.QueryAsync<object>("UPDATE totp_credentials SET last_step = NULL WHERE user_id = $1", scene.User.Id);
        return (scene, await Api.BeginAsync(scene.User));
    }

    // A table refuses writes while it is named; every table notes that it was written.
    private Task Install() => App.QueryAsync<object>("""
        CREATE TABLE faulted (name text NOT NULL);
        INSERT INTO faulted VALUES ('');
        CREATE TABLE written (name text PRIMARY KEY);
        CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT FROM faulted WHERE name = TG_TABLE_NAME) THEN
                RAISE EXCEPTION 'No room.' USING ERRCODE = '53100';
            END IF;
            INSERT INTO written VALUES (TG_TABLE_NAME) ON CONFLICT DO NOTHING;
            RETURN NULL;
        END $$;
        DO $$
        DECLARE found text;
        BEGIN
            FOR found IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT IN ('faulted', 'written') LOOP
                EXECUTE format('CREATE TRIGGER fault BEFORE INSERT OR UPDATE OR DELETE ON %I FOR EACH STATEMENT EXECUTE FUNCTION fault()', found);
            END LOOP;
        END $$;
        """);

    // The tables that the flows write, found by doing each once.
    private async Task<string[]> WrittenAsync()
    {
        foreach (var (name, prepare) in Flows)
        {
            var answer = await (await prepare())();
            Assert.That((int)answer.Status, Is.InRange(200, 299), name);
        }

        return (await App.QueryAsync<string[]>("SELECT array_agg(name ORDER BY name) FROM written"))!;
    }
}
