namespace WebApp.Tests.Support;

/// <summary>Those who may ask what tokens are worth.</summary>
public static class Introspectors
{
    private const string Sql = """
        WITH made AS (INSERT INTO roles (id, name, normalized_name) VALUES (gen_random_uuid(), $2, upper($2)) RETURNING id),
             allowed AS (INSERT INTO role_claims (role_id, claim_type, claim_value) SELECT id, 'permission', 'tokens.introspect' FROM made)
        INSERT INTO user_roles (user_id, role_id) SELECT $1, id FROM made
        """;

    extension(TestApp app)
    {
        /// <summary>An account with the permission.</summary>
        public async Task<TestUser> CreateIntrospectorAsync()
        {
            var user = await app.CreateUserAsync();
            await app.QueryAsync<object>(Sql, user.Id, $"introspector-{Guid.NewGuid():N}");
            return user;
        }
    }

    extension(ApiClient api)
    {
        /// <summary>Makes an API token.</summary>
        public async Task<string> MakeApiTokenAsync(string access, params string[] scopes)
        {
            var answer = await api.PostAsync("/api-tokens", new { name = "service", scopes }, access);
            Assert.That(answer.Status, Is.EqualTo(System.Net.HttpStatusCode.Created), answer.Text);
            return answer.Json.GetProperty("token").GetString()!;
        }
    }
}
