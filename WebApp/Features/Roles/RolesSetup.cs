namespace WebApp.Features.Roles;

/// <summary>Sets up roles and permissions.</summary>
public static class RolesSetup
{
    extension(WebApplicationBuilder builder)
    {
        /// <summary>Registers the services.</summary>
        public void AddRoles()
        {
            builder.Services.AddSingleton<Administrators>();
            builder.Services.AddScoped<RoleDirectory>();
            builder.Services.AddScoped<RoleAssignment>();
        }
    }
}
