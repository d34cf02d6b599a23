using System.Net;
using System.Text.Json;
using WebApp.Platform.Data;

namespace WebApp.Tests.Support;

/// <summary>Users with roles and API tokens with scopes, and the calls that make them.</summary>
public static class RoleUsers
{
    /// <summary>Names of roles or permissions, for a body.</summary>
    public static string[] Named(params string[] names) => names;

    extension(TestApp app)
    {
        /// <summary>A user with the role <c>admin</c>.</summary>
        public async Task<TestUser> CreateAdminAsync()
        {
            var user = await app.CreateUserAsync();
            await app.GiveAsync(user, Role.AdminId);
            return user;
        }

        /// <summary>A user with a role of their own that allows these.</summary>
        public async Task<(TestUser User, Guid Role)> CreateUserWithAsync(params string[] permissions)
        {
            var (user, role) = (await app.CreateUserAsync(), Guid.CreateVersion7());
            await app.QueryAsync<object>("INSERT INTO roles (id, name, normalized_name) VALUES ($1, $2, upper($2))", role, $"r{role:N}");
            await app.QueryAsync<object>("INSERT INTO role_claims (role_id, claim_type, claim_value) SELECT $1, 'permission', unnest($2)", role, permissions);
            await app.GiveAsync(user, role);
            return (user, role);
        }

        /// <summary>Gives a role by the database's own hand.</summary>
        public Task<object?> GiveAsync(TestUser user, Guid role) => app.QueryAsync<object>("INSERT INTO user_roles VALUES ($1, $2)", user.Id, role);

        /// <summary>Every administrator there is, by id.</summary>
        public Task<long> CountAdminsAsync() => app.QueryAsync<long>("SELECT count(*) FROM user_roles WHERE role_id = $1", Role.AdminId);
    }

    extension(ApiClient api)
    {
        /// <summary>An API token with these scopes.</summary>
        public async Task<string> CreateTokenAsync(string access, params string[] scopes)
        {
            var answer = await api.PostAsync("/api-tokens", new { name = "script", scopes }, access);
            Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.Created), answer.Text);
            return answer.Json.GetProperty("token").GetString()!;
        }

        /// <summary>Makes a group; returns its id.</summary>
        public async Task<Guid> CreateGroupAsync(string access, string name = "Choir")
        {
            var answer = await api.PostAsync("/groups", new { name }, access);
            Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.Created), answer.Text);
            return answer.Json.GetProperty("id").GetGuid();
        }

        public Task<Answer> PutAsync(string path, object body, string bearer) => api.SendAsync(HttpMethod.Put, path, body, bearer);

        public Task<Answer> PatchAsync(string path, object body, string bearer) => api.SendAsync(HttpMethod.Patch, path, body, bearer);

        /// <summary>The groups of <c>GET /me</c>: name and role.</summary>
        public async Task<(string?, string?)[]> GroupsAsync(string bearer) =>
            [.. (await api.GetAsync("/me", bearer)).Json.GetProperty("groups").EnumerateArray().Select(g => (Text(g, "name"), Text(g, "role")))];
    }

    private static string? Text(JsonElement json, string member) => json.GetProperty(member).GetString();
}
