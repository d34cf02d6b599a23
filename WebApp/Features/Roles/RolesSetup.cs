namespace WebApp.Features.Roles;

/// <summary>Roles and what they allow.</summary>
public static class RolesSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers them.</summary>
        public void AddRoles()
        {
            builder.Services.AddSingleton<Administrators>();
            builder.Services.AddScoped<RoleDirectory>();
            builder.Services.AddScoped<RoleAssignment>();
        }
    }
}
