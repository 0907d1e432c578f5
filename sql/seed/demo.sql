-- A sample agency: queues, tipificaciones, people, a webchat line and its bot.
-- Names and CUITs are invented. $FLOW is replaced by sql/seed/flow-demo.json
-- and $PASSWORD by an argon2id hash (ventanilla seed-demo).

INSERT INTO queue (key, name, service_level_s, typification_required, greeting, farewell) VALUES
	('planes', 'Planes de pago', 60, true,
		'¡Hola! Soy {operador}. Ya veo tu consulta, dame un momento.',
		'Gracias por comunicarte con la Agencia. ¡Que tengas un buen día!'),
	('automotores', 'Automotores', 60, true, '¡Hola! Soy {operador}. ¿En qué te ayudo?',
		'Gracias por comunicarte con la Agencia. ¡Que tengas un buen día!'),
	('inmobiliario', 'Inmobiliario', 60, true, '¡Hola! Soy {operador}. ¿En qué te ayudo?',
		'Gracias por comunicarte con la Agencia. ¡Que tengas un buen día!'),
	('general', 'Consultas generales', 90, false, NULL,
		'Gracias por comunicarte con la Agencia. ¡Que tengas un buen día!');

INSERT INTO typification (key, name, path, position) VALUES
	('planes', 'Planes de pago', 'Planes de pago', 1),
	('automotores', 'Automotores', 'Automotores', 2),
	('inmobiliario', 'Inmobiliario', 'Inmobiliario', 3),
	('general', 'Consulta general', 'Consulta general', 4);
INSERT INTO typification (parent_id, key, name, path, position)
SELECT p.typification_id, v.key, v.name, p.name || ' › ' || v.name, v.position
FROM (VALUES
	('planes', 'planes.vencida', 'Cuota vencida', 1), ('planes', 'planes.alta', 'Adhesión al plan', 2),
	('planes', 'planes.imputacion', 'Pago sin imputar', 3),
	('automotores', 'auto.deuda', 'Deuda de patente', 1), ('automotores', 'auto.baja', 'Baja de dominio', 2),
	('automotores', 'auto.transferencia', 'Transferencia', 3),
	('inmobiliario', 'inmo.boleta', 'Boleta del impuesto', 1),
	('inmobiliario', 'inmo.valuacion', 'Valuación fiscal', 2),
	('general', 'general.turno', 'Turnos', 1), ('general', 'general.clave', 'Clave de acceso', 2),
	('general', 'general.otra', 'Otra consulta', 3)
) v (parent, key, name, position) JOIN typification p ON p.key = v.parent;

INSERT INTO break_type (name, allowance_s, position) VALUES
	('Almuerzo', 1800, 1), ('Refrigerio', 900, 2), ('Baño', 600, 3);

INSERT INTO bot (name) VALUES ('Asistente virtual');
INSERT INTO bot_version (bot_id, number, flow, note)
SELECT bot_id, 1, $FLOW, 'Flujo de demostración' FROM bot;
UPDATE bot SET published_version_id = v.bot_version_id FROM bot_version v WHERE v.bot_id = bot.bot_id;

INSERT INTO channel (messenger, key, name, bot_id, default_queue_id, settings)
SELECT 1, 'demo', 'Webchat del sitio', b.bot_id, q.queue_id,
	'{"title": "Agencia de Recaudación", "subtitle": "Asistente virtual y atención por chat", "color": "#1d4ed8",
	"origins": ["http://localhost:*", "http://127.0.0.1:*"], "form": [], "starts_per_address": 1000}'::jsonb
FROM bot b, queue q WHERE q.key = 'general';

INSERT INTO app_user (login, password_hash, name, display_name, staff_number, dni, office, email, attends, capacity)
VALUES
	('mlopez', $PASSWORD, 'Marina López', 'Marina', '40112', '28111222', 'La Plata', 'mlopez@agencia.example', true, 5),
	('jgomez', $PASSWORD, 'Julián Gómez', 'Julián', '40113', '29111223', 'La Plata', 'jgomez@agencia.example', true, 5),
	('aruiz', $PASSWORD, 'Ana Ruiz', 'Ana', '40114', '30111224', 'Mar del Plata', 'aruiz@agencia.example', true, 5),
	('cmendez', $PASSWORD, 'Carla Méndez', 'Carla', '40020', '25111225', 'La Plata', 'cmendez@agencia.example', false, 0),
	('admin', $PASSWORD, 'Administración', 'Administración', '40001', '24111226', 'La Plata', 'admin@agencia.example', false, 0);

INSERT INTO user_role (user_id, role_id)
SELECT u.user_id, r.role_id FROM (VALUES
	('mlopez', 'operador'), ('jgomez', 'operador'), ('aruiz', 'operador'), ('cmendez', 'supervisor'),
	('admin', 'administrador')
) v (login, role) JOIN app_user u ON u.login = v.login JOIN role r ON r.key = v.role;

-- Marina attends everything, Julián and Ana their topics; Carla supervises all.
INSERT INTO user_queue (user_id, queue_id)
SELECT u.user_id, q.queue_id FROM (VALUES
	('mlopez', 'planes'), ('mlopez', 'automotores'), ('mlopez', 'inmobiliario'), ('mlopez', 'general'),
	('jgomez', 'automotores'), ('jgomez', 'general'), ('aruiz', 'inmobiliario'), ('aruiz', 'general'),
	('cmendez', 'planes'), ('cmendez', 'automotores'), ('cmendez', 'inmobiliario'), ('cmendez', 'general')
) v (login, queue) JOIN app_user u ON u.login = v.login JOIN queue q ON q.key = v.queue;
INSERT INTO user_channel (user_id, channel_id)
SELECT u.user_id, c.channel_id FROM app_user u, channel c WHERE u.login <> 'admin';
INSERT INTO agent_state (user_id) SELECT user_id FROM app_user WHERE attends;

INSERT INTO canned_reply (shortcut, body) VALUES
	('saludo', '¡Buen día, {contacto}! Soy {operador}. ¿En qué te ayudo?'),
	('espera', 'Dame un momento, por favor: lo estoy consultando.'),
	('imputacion', 'Recibimos tu pago: se imputa dentro de las 48 horas.'),
	('despedida', 'Gracias por comunicarte. Si te surge otra duda, escribinos por acá.');
